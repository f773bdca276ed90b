"""A worker may die at any moment, also with half of its reply sent: its split is carried by another one."""

from __future__ import annotations

import os
import struct
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from types import SimpleNamespace
from typing import Any, cast

import pytest

from waybill_common.ledger import Split
from waybill_local.worker_process import WorkerProcess

SPLIT = Split(partition=0, start=0, end=1)


def half_a_reply(theirs: Connection) -> None:
    os.write(theirs.fileno(), struct.pack("!i", 1000) + b"\x80")
    theirs.close()


def unread_work(theirs: Connection) -> None:
    """What it leaves unread resets the connection."""
    theirs.close()


@pytest.mark.parametrize("dies", [half_a_reply, unread_work, Connection.close], ids=lambda one: one.__name__)
def test_a_worker_that_dies_gives_no_reply_and_raises_nothing(dies: Any) -> None:
    ours, theirs = Pipe()
    worker = WorkerProcess(cast(Any, None), ours)
    if dies is unread_work:
        ours.send("a split")
    dies(theirs)
    worker.give(cast(Any, SimpleNamespace(manifest=SimpleNamespace(stream="names"))), 1, (SPLIT,))
    assert worker.replies() is None
