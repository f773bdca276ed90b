"""Everything that is left to chance, made from the seed: transactions, the order of faults, their moments. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest
from random import Random

from waybill_common.errors import SettingsRefused

LEAST = 20
"""Events that each run has at least, so that there are transactions before it and while it runs."""

_ABORTED = 0.15
_SPLITS = 6
_BATCHES = 2


class ProofFault(StrEnum):
    """What a run is disturbed by."""

    KILL_DRIVER = "kill-driver"
    FREEZE_DRIVER = "freeze-driver"
    RACE = "race"
    STOP_DRIVER = "stop-driver"
    KILL_PRODUCER = "kill-producer"


class Anchor(StrEnum):
    """What a moment is counted from: the driver's start, or the ``count``-th new thing that is seen."""

    START = "start"
    MANIFEST = "manifest"
    OBJECT = "object"
    RECEIPT = "receipt"
    RECORD = "record"


@dataclass(frozen=True)
class FaultMoment:
    """``wait`` later than its anchor, as a part of the time that an undisturbed run takes."""

    anchor: Anchor
    count: int
    wait: float


HALFWAY = FaultMoment(Anchor.START, 1, 0.5)
"""The moment to use where a run was over before its own."""


@dataclass(frozen=True)
class Transaction:
    """Events ``first`` to ``last``, not inside, in one transaction; ``aborted`` is one that is first aborted whole."""

    number: int
    first: int
    last: int
    aborted: bool

    @property
    def events(self) -> range:
        return range(self.first, self.last)


@dataclass(frozen=True)
class Round:
    """One fault, or none, and the events that are sent ``before`` the run and ``during`` it.

    ``by_signal``: a driver is stopped by SIGTERM to its whole group, not as its own verb stops it. Engines take
    turns by ``number``; a second driver is of the next one.
    """

    number: int
    fault: ProofFault | None
    before: tuple[Transaction, ...]
    during: tuple[Transaction, ...]
    moment: FaultMoment
    by_signal: bool

    @property
    def events(self) -> range:
        return range(self.before[0].first, (self.during or self.before)[-1].last)


@dataclass(frozen=True)
class ProofPlan:
    """The first round of each of ``engines``, and the last one, are undisturbed. Nothing is sent during the last one,
    which delivers what is there when it looks. Engines take turns by round. Commits are kept small, so that there are
    many moments."""

    seed: int
    engines: int
    events: int
    rounds: tuple[Round, ...]
    rows_per_object: int
    offsets_per_trigger: int

    @property
    def transactions(self) -> tuple[Transaction, ...]:
        return tuple(one for round_ in self.rounds for one in (*round_.before, *round_.during))


def make_plan(
    seed: int, faults: Sequence[ProofFault], rounds: int, events: int, *, engines: int = 1
) -> ProofPlan:
    """Each fault ``rounds`` times, in an order of chance. Raises ``SettingsRefused`` for too few events."""
    chance = Random(seed)  # noqa: S311  # repeatable on purpose, no secret
    causes = _in_turns(chance, tuple(dict.fromkeys(faults)), rounds, engines)
    order: list[ProofFault | None] = [*(None for _ in range(engines)), *causes, None]
    if events < LEAST * len(order):
        raise SettingsRefused(
            f"--events {events} is less than {LEAST} for each of {len(order)} rounds.",
            allowed=f"{LEAST * len(order)} events or more.",
            remedy="raise --events, or lower --rounds.",
        )
    made: list[Round] = []
    transactions = 0
    for number, fault in enumerate(order):
        bounds = events * number // len(order), events * (number + 1) // len(order)
        middle = sum(bounds) // 2
        before = _transactions(chance, transactions, bounds[0], middle)
        during = _transactions(chance, transactions + len(before), middle, bounds[1])
        transactions += len(before) + len(during)
        moment = _moment(chance, fault, during)
        if number == len(order) - 1:
            before, during = (*before, *during), ()
        made.append(Round(number, fault, before, during, moment, by_signal=chance.random() < 0.5))
    share = events // len(order)
    return ProofPlan(
        seed=seed,
        engines=engines,
        events=events,
        rounds=tuple(made),
        rows_per_object=max(1, share // _SPLITS),
        offsets_per_trigger=max(1, share // _BATCHES),
    )


def _in_turns(chance: Random, faults: Sequence[ProofFault], rounds: int, engines: int) -> list[ProofFault]:
    """So that engines take turns strictly, and each fault strikes each of them as often as the others, give or take
    one."""
    of_engine: list[list[ProofFault]] = [[] for _ in range(engines)]
    for place, fault in enumerate(faults):
        for time in range(rounds):
            of_engine[(place + time) % engines].append(fault)
    for struck in of_engine:
        chance.shuffle(struck)
    return [fault for turn in zip_longest(*of_engine) for fault in turn if fault is not None]


def _transactions(chance: Random, number: int, first: int, last: int) -> tuple[Transaction, ...]:
    """The events in some three to ten transactions; the very first of a plan is aborted once before."""
    made: list[Transaction] = []
    least, most = max(1, (last - first) // 10), max(1, (last - first) // 3)
    while first < last:
        end = min(last, first + chance.randint(least, most))
        aborted = number == 0 or chance.random() < _ABORTED
        made.append(Transaction(number, first, end, aborted))
        first, number = end, number + 1
    return tuple(made)


def _moment(chance: Random, fault: ProofFault | None, during: Sequence[Transaction]) -> FaultMoment:
    """Most things of interest happen between manifest and receipt, in a small part of a run's time."""
    if fault is ProofFault.KILL_PRODUCER:
        records = during[-1].last - during[0].first
        return FaultMoment(Anchor.RECORD, chance.randint(1, records), 0.0)
    if fault is ProofFault.RACE:
        return FaultMoment(Anchor.START, 1, chance.random() * 0.3)
    anchor = chance.choices(
        (Anchor.START, Anchor.MANIFEST, Anchor.OBJECT, Anchor.RECEIPT), weights=(2, 3, 4, 1)
    )[0]
    if anchor is Anchor.START:
        return FaultMoment(anchor, 1, 0.1 + chance.random() * 0.7)
    return FaultMoment(anchor, chance.randint(1, 6) if anchor is Anchor.OBJECT else 1, chance.random() * 0.03)
