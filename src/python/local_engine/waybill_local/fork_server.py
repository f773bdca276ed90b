"""The process that workers are forked from. It imports all that they need, once, while the driver does likewise."""

from __future__ import annotations

import multiprocessing
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext

from waybill_common.settings import without_settings
from waybill_local.socket_folder import short_socket_path

NEEDED = ("waybill_local.worker", "waybill_local.kept_readers", "waybill_delivery.splits.task")
"""Of all that a worker imports."""


def start_server() -> ForkServerContext:
    """Does not wait until it is ready; where it runs already it stays. It has none of this process's settings: a split
    comes with what its worker needs.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*NEEDED])
    with without_settings(), short_socket_path():
        forkserver.ensure_running()
    return context
