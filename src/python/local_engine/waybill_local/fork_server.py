"""The process that workers are forked from. It imports all that they need, once, while the driver does likewise."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import ForkServerContext, ForkServerProcess

from waybill_common.settings import without_settings
from waybill_common.signals import asking_to_end
from waybill_local.socket_folder import passing_socket

NEEDED = ("waybill_local.worker", "waybill_local.kept_readers", "waybill_delivery.splits.task")
"""Of all that a worker imports."""

_THREADS = "OPENBLAS_NUM_THREADS"
"""numpy would start one for each processor, for arithmetic that nothing here asks of it."""


def start_server() -> ForkServerContext:
    """Does not wait until it is ready; where it runs already it stays. It has none of this process's settings: a split
    comes with what its worker needs.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*NEEDED])
    with _starting():
        forkserver.ensure_running()
    return context


def fork(worker: ForkServerProcess) -> None:
    """Where the server died a moment ago, multiprocessing starts another one for it, which is to be as the first."""
    with _starting():
        worker.start()


@contextmanager
def _starting() -> Iterator[None]:
    with without_settings(), _without_threads(), passing_socket(), _deaf():
        yield


@contextmanager
def _without_threads() -> Iterator[None]:
    before = os.environ.get(_THREADS)
    os.environ.setdefault(_THREADS, "1")
    try:
        yield
    finally:
        if before is None:
            del os.environ[_THREADS]


@contextmanager
def _deaf() -> Iterator[None]:
    """For the start of a process that is never to see the signals which ask the whole group to end: the driver alone
    decides what becomes of work. What comes meanwhile reaches this process after it.
    """
    signals = {*asking_to_end(), signal.SIGHUP}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        # multiprocessing's other process, which starts first, and lets SIGTERM and SIGINT through again after that.
        resource_tracker.ensure_running()
        signal.pthread_sigmask(signal.SIG_BLOCK, signals)
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
