"""The process that workers are forked from. It has what the driver had imported, and imports what else they need while
the driver asks the store and the broker.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import forkserver, resource_tracker, util
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any, NoReturn

from waybill_common.settings import without_settings
from waybill_common.signals import asking_to_end
from waybill_common.terminal import complain_of
from waybill_local.socket_folder import passing_socket

NEEDED = ("waybill_local.worker", "waybill_local.kept_readers", "waybill_delivery.splits.task")
"""Of all that a worker imports."""

_THREADS = "OPENBLAS_NUM_THREADS"
"""numpy would start one for each processor, for arithmetic that nothing here asks of it."""


def start_server() -> ForkServerContext:
    """Does not wait until it is ready; where it runs already it stays. Its environment has none of this process's
    settings: a split comes with what its worker needs.
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
    with without_settings(), _without_threads(), passing_socket(), _deaf(), _by_fork():
        yield


@contextmanager
def _by_fork() -> Iterator[None]:
    """For the start of the server: it is forked from this process, which spares it most imports, where this process has
    no second thread, as each client has some: what those hold at that moment the server would never get.
    """
    starts: Any = util
    before = starts.spawnv_passfds
    starts.spawnv_passfds = _forked if _has_one_thread() else before
    try:
        yield
    finally:
        starts.spawnv_passfds = before


def _has_one_thread() -> bool:
    """False where it can't be told."""
    tasks = Path("/proc/self/task")
    return tasks.is_dir() and len([*tasks.iterdir()]) == 1


def _forked(path: object, arguments: object, descriptors: Sequence[int]) -> int:  # noqa: ARG001  # multiprocessing's
    """As ``spawnv_passfds``, which would start an interpreter for the server: it has these descriptors alone."""
    return os.fork() or _serve(*descriptors)


def _serve(listener: int, driver: int) -> NoReturn:
    code = 1
    try:
        _close_all_but({0, 1, 2, listener, driver})
        forkserver.main(listener, driver, [*NEEDED])
    except SystemExit:
        code = 0
    except BaseException as bug:  # noqa: BLE001  # as of any program
        complain_of(bug)
    finally:
        os._exit(code)


def _close_all_but(kept: set[int]) -> None:
    """multiprocessing's own closes standard output too, in Python 3.11: it begins with an empty range."""
    for descriptor in {int(one.name) for one in Path("/proc/self/fd").iterdir()} - kept:
        with suppress(OSError):  # the listing's own is closed
            os.close(descriptor)


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
