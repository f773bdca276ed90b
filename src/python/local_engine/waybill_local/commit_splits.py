"""One commit's splits in the pool of workers: what is left of them, what is carried now, what came back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from queue import SimpleQueue

from waybill_common.ledger import Split
from waybill_common.settings import LogSettings
from waybill_delivery.splits import SplitOutcome, SplitsDropped, TaskContext, carry_alone, report_in
from waybill_local.affinity import SplitStart
from waybill_local.hands import Hand

MOST_DEATHS = 3
"""Workers that may die of one split by itself before it is carried alone."""


@dataclass(eq=False)
class CommitSplits:
    """The pool changes it under its lock; the driver that waits for the commit takes ``_news`` from it."""

    context: TaskContext
    hands: list[Hand]
    turn: int
    left: dict[SplitStart, int] = field(init=False)
    held: int = 0
    _deaths: Counter[int] = field(default_factory=Counter)
    _failure: BaseException | None = None
    _is_told: bool = False
    _news: SimpleQueue[list[str] | Split | None] = field(default_factory=SimpleQueue)

    def __post_init__(self) -> None:
        self.left = {self._start(hand): index for index, hand in enumerate(self.hands)}

    @property
    def stream(self) -> str:
        return self.context.manifest.stream

    def take(self, index: int) -> None:
        """It is one of those that are ``left``."""
        del self.left[self._start(self.hands[index])]
        self.held += 1

    def carried(self, replies: list[str]) -> None:
        self.held -= 1
        self._news.put(replies)

    def died(self, index: int) -> int:
        """The worker that carried it died, the how-many-th of this hand. Of several splits each is to be carried by
        itself: who killed it is not known. One by itself is tried again, and then carried alone.
        """
        self.held -= 1
        self._deaths[index] += 1
        hand = self.hands[index]
        if self._failure is not None:
            return self._deaths[index]
        if len(hand) > 1:
            self.left |= {self._start((split,)): len(self.hands) + n for n, split in enumerate(hand)}
            self.hands += [(split,) for split in hand]
        elif self._deaths[index] < MOST_DEATHS:
            self.left[self._start(hand)] = index
        else:
            self._news.put(hand[0])
        return self._deaths[index]

    def fail(self, error: BaseException, *, held: bool = False) -> None:
        """Nothing more of it is begun. ``held``: by who carried some of it."""
        self.held -= held
        self._failure = self._failure or error
        self.left.clear()

    def drop(self) -> None:
        """What was not begun never is."""
        if self.left:
            self.fail(SplitsDropped(f"commit {self.context.manifest.number} of {self.stream}"))

    def abandon(self, bug: Exception) -> None:
        """Nobody carries it on, whatever is in hand."""
        self.fail(bug)
        self._news.put(None)

    def is_over(self) -> bool:
        """Whether no more comes of it; then its driver is told."""
        over = not self.held and not self.left
        if over and not self._is_told:
            self._is_told = True
            self._news.put(None)
        return over

    def next_reports(self, log: LogSettings) -> list[SplitOutcome] | None:
        """Those that came back next; None after the last one. Waits for them. Raises what they say."""
        match self._news.get():
            case None:
                return None
            case Split() as split:
                return [carry_alone(self.context, split, log)]
            case replies:
                return [report_in(reply, self.context.manifest.format) for reply in replies]

    def raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _start(self, hand: Hand) -> SplitStart:
        return self.context.manifest.topic, hand[0].partition, hand[0].start
