"""This machine's processes: manifests' splits are handed to them, and their reports come back.

They are forked by a server that has imported all they need and has no client: a process forked after an object store's
client was used hangs in its first request.
"""

from __future__ import annotations

import threading
import time
from contextvars import copy_context
from dataclasses import dataclass, field
from queue import SimpleQueue
from types import TracebackType
from typing import Self

import structlog

from waybill_common.errors import WaybillError
from waybill_common.settings import LogSettings
from waybill_delivery.splits import SplitOutcome, TaskContext
from waybill_local.affinity import Stands, choose
from waybill_local.commit_splits import MOST_DEATHS, CommitSplits
from waybill_local.fair_turns import next_stream
from waybill_local.hands import Hand, hands_of
from waybill_local.worker import BUG
from waybill_local.worker_process import GRACE_SECONDS, WorkerProcess, start_worker


@dataclass(eq=False)
class _Seat:
    """A place for one worker, and for the thread that talks with it: one that hangs in mid-reply stops nobody else."""

    worker: WorkerProcess | None = None
    stands: Stands = field(default_factory=Stands)
    todo: SimpleQueue[tuple[CommitSplits, int] | None] = field(default_factory=SimpleQueue)
    thread: threading.Thread | None = None


@dataclass
class Workers:
    """``count`` processes, kept from commit to commit. Use it as a context manager, entered before any client of Kafka
    or a store exists. Drivers of several streams may each carry a commit at the same time.
    """

    count: int
    log: LogSettings
    _free: list[_Seat] = field(default_factory=list)
    _busy: list[_Seat] = field(default_factory=list)
    _commits: dict[str, CommitSplits] = field(default_factory=dict)
    """By stream, in the order of their turns."""
    _turn: int = 0
    _drops: bool = False
    _is_over: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _starting: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Self:
        self._free += [self._seat(self._started()) for _ in range(self.count)]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._is_over = True
            seats = (*self._free, *self._busy)
        for seat in seats:
            seat.todo.put(None)
        deadline = time.monotonic() + GRACE_SECONDS
        for seat in seats:
            if seat.thread is not None:
                seat.thread.join(max(0.0, deadline - time.monotonic()))
                if seat.thread.is_alive() and seat.worker is not None:
                    seat.worker.process.kill()
                    seat.thread.join(GRACE_SECONDS)

    def carry(self, context: TaskContext) -> list[SplitOutcome]:
        """What became of each split. Raises the first error that a split met, once those in hand are done, and
        ``SplitsDropped``.

        Where a worker dies of several splits, each of them is carried by itself: who killed it is not known.
        """
        reports: list[SplitOutcome] = []
        commit = self._entered(context)
        while True:
            try:
                some = commit.next_reports(self.log)
            except BaseException as error:
                with self._lock:
                    commit.fail(error)
                    self._go_on(commit)
                if not isinstance(error, WaybillError):
                    raise
            else:
                if some is None:
                    break
                reports += some
        commit.raise_failure()
        return reports

    def drop_what_is_not_begun(self) -> None:
        """From now on no split is begun. A commit whose splits all run is still carried to its end."""
        with self._lock:
            self._drops = True
            for commit in [*self._commits.values()]:
                commit.drop()
                self._go_on(commit)

    def _entered(self, context: TaskContext) -> CommitSplits:
        with self._lock:
            self._turn += 1
            commit = CommitSplits(context, hands_of(context, self.count), self._turn)
            self._commits[commit.stream] = commit
            if self._drops:
                commit.drop()
            self._go_on(commit)
        return commit

    def _go_on(self, commit: CommitSplits) -> None:
        """After ``commit`` changed: it may be over, and whoever waits may begin. Under the lock."""
        if commit.is_over() and self._commits.get(commit.stream) is commit:
            del self._commits[commit.stream]
        while (found := self._next()) is not None:
            seat, given, index = found
            given.take(index)
            hand = given.hands[index]
            seat.stands.go_on(given.context.manifest.topic, given.turn, hand)
            self._free.remove(seat)
            self._busy.append(seat)
            seat.todo.put((given, index))

    def _next(self) -> tuple[_Seat, CommitSplits, int] | None:
        """A free worker and what it is to carry."""
        waiting = [stream for stream, commit in self._commits.items() if commit.left]
        held = {stream: commit.held for stream, commit in self._commits.items()}
        stream = None if self._is_over else next_stream(waiting, held, self.count)
        if stream is None:
            return None
        commit = self._commits.pop(stream)
        self._commits[stream] = commit  # its next turn is after the others'
        if not self._free:
            self._free.append(self._seat(None))
        free = {id(seat.stands): seat for seat in self._free}
        stands, index = choose(
            [seat.stands for seat in self._free], [seat.stands for seat in self._busy], commit.left
        )
        return free[id(stands)], commit, index

    def _seat(self, worker: WorkerProcess | None) -> _Seat:
        seat = _Seat(worker)
        serve = copy_context().run  # so lines of log from there are like any other of this run
        seat.thread = threading.Thread(target=serve, args=(self._serve, seat), name="worker", daemon=True)
        seat.thread.start()
        return seat

    def _serve(self, seat: _Seat) -> None:
        """The thread of a seat: hand after hand, until it is told that there are no more."""
        while (given := seat.todo.get()) is not None:
            commit, index = given
            came: list[str] | int | BaseException
            try:
                came = self._carried(seat, commit, commit.hands[index])
            except BaseException as error:  # noqa: BLE001  # raised by whoever waits for the commit
                came = error
            with self._lock:
                self._busy.remove(seat)
                self._free.append(seat)
                try:
                    match came:
                        case list():
                            commit.carried(came)
                        case int():
                            _say_who_died(commit, index, commit.died(index), came)
                        case _:
                            commit.fail(came, held=True)
                    self._go_on(commit)
                except Exception as bug:  # noqa: BLE001  # nobody waits for this thread, but for the commits
                    for one in self._commits.values():
                        one.abandon(bug)
        if seat.worker is not None:
            seat.worker.end()

    def _carried(self, seat: _Seat, commit: CommitSplits, hand: Hand) -> list[str] | int:
        """The replies, or the exit code of a worker that died. Raises ``ChildProcessError`` where a fault of ours ended
        it.
        """
        if seat.worker is None:
            seat.worker = self._started()
        worker = seat.worker
        worker.give(commit.context, commit.turn, hand)
        replies = worker.replies()
        if replies is not None:
            return replies
        seat.worker, seat.stands = None, Stands()
        worker.end()
        if worker.process.exitcode == BUG:
            raise ChildProcessError(f"carrying {', '.join(map(str, hand))} failed: its traceback is above")
        return worker.process.exitcode or 0

    def _started(self) -> WorkerProcess:
        with self._starting:
            return start_worker(self.log)


def _say_who_died(commit: CommitSplits, index: int, deaths: int, exit_code: int) -> None:
    for split in commit.hands[index]:
        structlog.get_logger().warning(
            "worker_died",
            commit=commit.context.manifest.number,
            partition=split.partition,
            start=split.start,
            end=split.end,
            exit_code=exit_code,
            next="another worker carries this split"
            if deaths < MOST_DEATHS
            else "a process of its own carries this split",
        )
