"""This machine's processes: a manifest's splits are handed to them, and their reports come back.

They are forked by a server that has imported all they need and has no client: a process forked after an object store's
client was used hangs in its first request.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess
from types import TracebackType
from typing import Self

import structlog

from waybill_common.errors import EnvironmentMissing, WaybillError
from waybill_common.settings import LogSettings
from waybill_delivery.splits import CarriedSplit, TaskContext, carry_alone, report_in
from waybill_local.affinity import SplitStart, Stands, choose
from waybill_local.fork_server import fork, start_server
from waybill_local.hands import Hand, hands_of
from waybill_local.worker import BUG, Work, serve

_MOST_DEATHS = 3
"""Workers that may die of one split by itself before it is carried alone."""


_GRACE_SECONDS = 2.0
"""For a worker that is idle or ends by itself; what it may have in hand is not waited for."""


@dataclass(eq=False)
class _Worker:
    process: ForkServerProcess
    pipe: Connection
    context: TaskContext | None = None
    stands: Stands = field(default_factory=Stands)

    def give(self, context: TaskContext, hand: Hand) -> None:
        """Its death shows when it is waited for."""
        work: Work = (None if context is self.context else context, hand)
        self.context = context
        self.stands.go_on(context.manifest.number, hand)
        try:
            self.pipe.send(work)
        except OSError:  # the pipe was closed, or reset with something unread in it
            return

    def replies(self) -> list[str] | None:
        """None where it has died, also in the middle of them."""
        try:
            return [str(reply) for reply in self.pipe.recv()]
        except (EOFError, OSError):
            return None

    def end(self, within: float = _GRACE_SECONDS) -> None:
        """It may be at its own end, which its exit code tells then."""
        self.pipe.close()
        self.process.join(within)
        self.process.kill()
        self.process.join()


@dataclass
class Workers:
    """``count`` processes, kept from commit to commit. Use it as a context manager, entered before any client of Kafka
    or a store exists.
    """

    count: int
    log: LogSettings
    _idle: list[_Worker] = field(default_factory=list)
    _busy: dict[_Worker, int] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self._idle += [self._started() for _ in range(self.count)]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        workers = (*self._idle, *self._busy)
        for worker in workers:
            worker.pipe.close()
        deadline = time.monotonic() + _GRACE_SECONDS
        for worker in workers:
            worker.end(within=max(0.0, deadline - time.monotonic()))

    def carry(self, context: TaskContext) -> list[CarriedSplit]:
        """What became of each split. Raises the first error that a split met, once those in hand are done.

        Where a worker dies of several splits, each of them is carried by itself: who killed it is not known.
        """
        hands = hands_of(context, self.count)
        left = {_start(hand): index for index, hand in enumerate(hands)}
        deaths = Counter[int]()
        reports: list[CarriedSplit] = []
        failure: WaybillError | None = None
        while self._busy or (left and failure is None):
            while left and failure is None and len(self._busy) < self.count:
                self._give_one(context, hands, left)
            worker, replies = self._next_replies()
            index = self._busy.pop(worker)
            hand = hands[index]
            if replies is None:
                worker.end()
                if worker.process.exitcode == BUG:
                    raise ChildProcessError(
                        f"carrying {', '.join(map(str, hand))} failed: its traceback is above"
                    )
                deaths[index] += 1
                self._say_who_died(worker, context, hand, deaths[index])
                if len(hand) > 1:
                    left |= {(split.partition, split.start): len(hands) + n for n, split in enumerate(hand)}
                    hands += [(split,) for split in hand]
                    continue
                if deaths[index] < _MOST_DEATHS:
                    left[_start(hand)] = index
                    continue
            else:
                self._idle.append(worker)
            try:
                reports += (
                    [carry_alone(context, hand[0], self.log)]
                    if replies is None
                    else [report_in(reply, context.manifest.format) for reply in replies]
                )
            except WaybillError as error:
                failure = failure or error
        if failure is not None:
            raise failure
        return reports

    def _give_one(self, context: TaskContext, hands: Sequence[Hand], left: dict[SplitStart, int]) -> None:
        """One of the hands that are left, which is none of them any more."""
        if not self._idle:
            self._idle.append(self._started())
        free = {id(worker.stands): worker for worker in self._idle}
        stands, index = choose(
            [worker.stands for worker in self._idle], [one.stands for one in self._busy], left
        )
        worker, hand = free[id(stands)], hands[index]
        del left[_start(hand)]
        self._idle.remove(worker)
        self._busy[worker] = index
        worker.give(context, hand)

    def _next_replies(self) -> tuple[_Worker, list[str] | None]:
        """Of whichever worker is done first. Each split's own time-outs bound the wait."""
        pipes = {worker.pipe: worker for worker in self._busy}
        pipe = next(one for one in wait(list(pipes)) if isinstance(one, Connection))
        worker = pipes[pipe]
        return worker, worker.replies()

    def _started(self, deaths: int = 0) -> _Worker:
        """The server that forks may be killed, as whatever takes memory may be: then a new one starts this worker."""
        context = start_server()
        ours, theirs = context.Pipe()
        process = context.Process(target=serve, args=(theirs, self.log), daemon=True)
        try:
            fork(process)
        except (EOFError, ConnectionError) as gone:
            ours.close()
            if deaths + 1 >= _MOST_DEATHS:
                raise EnvironmentMissing(
                    f"The process that forks workers died {_MOST_DEATHS} times while it started one.",
                    allowed="a machine on which processes of this user live on.",
                    remedy="look for a lack of memory (`dmesg`), or for whoever kills it, and run again.",
                ) from gone
            structlog.get_logger().warning("fork_server_died", next="another one starts this worker")
            return self._started(deaths + 1)
        finally:
            theirs.close()
        return _Worker(process, ours)

    def _say_who_died(self, worker: _Worker, context: TaskContext, hand: Hand, deaths: int) -> None:
        for split in hand:
            structlog.get_logger().warning(
                "worker_died",
                commit=context.manifest.number,
                partition=split.partition,
                start=split.start,
                end=split.end,
                exit_code=worker.process.exitcode,
                next="another worker carries this split"
                if deaths < _MOST_DEATHS
                else "a process of its own carries this split",
            )


def _start(hand: Hand) -> SplitStart:
    return hand[0].partition, hand[0].start
