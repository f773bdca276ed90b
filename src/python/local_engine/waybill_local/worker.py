"""A worker process: carries what it is given, for as long as the driver lives."""

from __future__ import annotations

import os
import threading
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait

from waybill_common.logs import configure_logs
from waybill_common.settings import LogSettings
from waybill_common.signals import leave_to_starter
from waybill_common.terminal import complain_of, foreign_text
from waybill_delivery.splits import TaskContext, begin_logs, replies_to
from waybill_local.hands import Hand
from waybill_local.kept_contexts import KeptContexts

BUG = 70
"""The exit code of a worker that a fault of ours ended; the traceback is on its stderr."""

_REST_SECONDS = 5.0
"""Without a split, after which consumers fetch no further ahead."""

Work = tuple[str, TaskContext | None, int, Hand]
"""A stream, the context of its splits where the worker has another one or none, the how-many-th commit of the pool that
is, and splits of it.
"""


def serve(pipe: Connection, log: LogSettings) -> None:
    """Replies as ``replies_to`` gives them. Ends when the driver closes its end, or dies, in mid-split too."""
    leave_to_starter()
    threading.Thread(target=_end_with_the_driver, daemon=True).start()
    with foreign_text():
        configure_logs(log, component="task")
        try:
            _carry(pipe, log)
        except EOFError:
            os._exit(0)  # clients have threads that may be inside a library; nothing is left to be written
        except Exception as bug:  # noqa: BLE001  # it is told whole
            complain_of(bug)
            os._exit(BUG)


def _carry(pipe: Connection, log: LogSettings) -> None:
    from waybill_local.kept_readers import KeptReaders  # the driver knows this module, and would wait for it

    contexts, readers = KeptContexts(), KeptReaders()
    while True:
        if not pipe.poll(_REST_SECONDS):
            readers.rest()
        stream, sent, commit, splits = pipe.recv()
        context = contexts.use(stream, sent)
        if sent is not None:
            begin_logs(sent, log)
        pipe.send(replies_to(context, splits, reader=readers.reader_for(context, splits, commit)))


def _end_with_the_driver() -> None:
    driver = parent_process()
    if driver is not None:
        wait([driver.sentinel])
    os._exit(1)
