"""What `submit` does, without Spark: the same loop, its splits carried here by what a task has."""

from __future__ import annotations

import os
import pickle
from argparse import Namespace

from integration.delivery.conftest import Stream

from waybill_common.cli import exit_code_of
from waybill_common.errors import OK
from waybill_common.lake import check_conditional_writes, open_lake
from waybill_common.settings import load_settings


def delivered() -> int:
    """With this process's environment for settings. The lake is pickled once, as on its way to an executor."""

    def deliver() -> int:
        settings = load_settings(Namespace(config=None), os.environ)
        lake = open_lake(settings.lake, settings.stream.name)
        check_conditional_writes(lake)
        lake = pickle.loads(pickle.dumps(lake))  # noqa: S301  # our own bytes
        stream = Stream(settings.kafka, settings.stream.topic, lake, partitions=1)
        stream.driver().reach(stream.ends())
        return OK

    return exit_code_of(deliver)
