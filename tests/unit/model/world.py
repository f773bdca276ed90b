"""The world of the model: Kafka's log, the store, requests under way, drivers. Everything is immutable."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from unit.model.rules import Rules

Offsets = tuple[int, ...]
GONE = -1
"""Writer of what an ended driver has left: no living driver has it, so all ended ones may share it."""


class Split(NamedTuple):
    partition: int
    start: int
    end: int


class Key(NamedTuple):
    """Name of an object. `kind` is "manifest", "receipt", "document", "schemas" or the place of rows: a date or "dead".

    A document's `number` is its contract.
    """

    kind: str
    number: int = 0
    split: Split | None = None


class Manifest(NamedTuple):
    writer: int
    contract: int
    topic: int
    ends: Offsets
    splits: tuple[Split, ...]
    starts: Offsets = ()
    """Where the dataset begins, in the first manifest, where that is not 0 by itself; else empty."""
    format: int = 3
    accept_dead: bool = False
    knows: int = 0
    """What the id of records means, by the receipts before; 0 for nothing."""


class Rows(NamedTuple):
    """A data object or dead letters: its bytes differ as soon as one of these differs."""

    build: int
    contract: int
    topic: int
    offsets: Offsets


class Document(NamedTuple):
    """What a contract says: its bytes follow from the contract."""

    contract: int


class Schemas(NamedTuple):
    """What the id of a commit's records means; 0 is null, ``EMPTY`` says nothing."""

    meaning: int


EMPTY = -1
NONE = -2

Listed = tuple[tuple[Key, Rows], ...]


class Receipt(NamedTuple):
    writer: int
    objects: Listed
    holes: tuple[tuple[int, int], ...]
    frontier: Offsets
    format: int = 3
    accept_dead: bool = False
    recent: tuple[int, int] = (0, 0)
    """Records, and how many of them are dead, since both were counted anew. Only where the world judges them."""
    knows: int = 0
    bound: int = NONE
    """What the commit's object says, as its writer has it."""


Body = Manifest | Receipt | Rows | Document | Schemas
Bodies = frozenset[tuple[Key, Body]]


class Release(NamedTuple):
    """What is installed: its pyarrow (build), its contracts (the last one is its own), its setting.

    ``format`` is what it writes, and the last that it reads.
    """

    build: int
    contracts: tuple[int, ...]
    rows_per_object: int
    format: int = 3


class World(NamedTuple):
    """What does not change during an exploration."""

    name: str
    topics: tuple[tuple[tuple[str, ...], ...], ...]
    """For each topic that ever has the name, for each partition: the records that will have arrived."""
    first_ends: Offsets
    starts: int
    """How often a driver may be started."""
    alive: int
    """How many may be alive at a time."""
    releases: tuple[Release, ...]
    retention: Offsets
    """How far the log start may move, for each partition."""
    late: bool = True
    """Requests may be applied late, and tasks have second attempts."""
    origins: tuple[Offsets, ...] = ()
    """Where a driver may begin that is started for a backfill. It ends with its commit."""
    reads_ahead: bool = False
    """Drivers may read records past the frontier before there is a manifest for them."""
    has_documents: bool = False
    """Contracts are documents in the dataset; who delivers a manifest reads the one that it names."""
    tightens: bool = False
    """An operator may publish a contract that narrows rules: a driver whose commit moves nothing."""
    enough: int = 0
    """Records after which a run ends where more than half of them are dead, unless it accepts that; 0 is never."""
    begins_at_latest: bool = False
    """The dataset is to begin where the log ends. A driver ends, and ends well, where nothing is to be moved."""
    answers: int = 0
    """How often a registry changes what it says of the one id that is asked for; 0 where none is asked."""


class Ahead(NamedTuple):
    """What a driver holds of records that no manifest has named yet: of ``partition``, from ``begin`` up to ``end``."""

    partition: int
    begin: int
    asked: int
    """The topic's id before the read began."""
    contract: int
    """Under which the records were judged already."""
    end: int = -1
    """-1 until something was read."""
    topic: int = -1
    """Of which the records are."""
    offsets: Offsets = ()
    """Those that had arrived."""


class Driver(NamedTuple):
    writer: int
    release: int
    accepts_loss: bool
    at: str = "read_receipts"
    number: int = 0
    frontier: Offsets = ()
    manifest: Manifest | None = None
    mine: bool = False
    split: int = 0
    left: Listed = ()
    told: Listed = ()
    holes: tuple[tuple[int, int], ...] = ()
    beaten: bool = False
    origin: Offsets = ()
    """A backfill's own start; empty for every other driver."""
    ahead: Ahead | None = None
    tightens: bool = False
    """It publishes a contract, and ends."""
    accepts_dead: bool = False
    meaning: int = 0
    """What it is about to bind."""


class State(NamedTuple):
    store: Bodies
    pending: Bodies
    """Requests that a client gave up on, or whose driver died, or of second attempts: applied whenever."""
    drivers: tuple[Driver, ...]
    starts: int
    release: int
    topic: int
    ends: Offsets
    log_start: Offsets
    alarms: frozenset[str] = frozenset()
    """What no state shows by itself: seen and noted at the step where it happened."""
    well: Offsets = ()
    """Where the log ended as the first driver ended well, of a dataset that begins at its end."""
    registry: int = 0
    """What it says of the id: 0 is null."""


def first_state(world: World) -> State:
    zeros = (0,) * len(world.first_ends)
    return State(frozenset(), frozenset(), (), world.starts, 0, 0, world.first_ends, zeros)


@cache
def by_key(store: Bodies) -> dict[Key, Body]:
    return dict(store)


def manifest_at(state: State, number: int) -> Manifest | None:
    body = by_key(state.store).get(Key("manifest", number))
    return body if isinstance(body, Manifest) else None


def receipt_at(state: State, number: int) -> Receipt | None:
    body = by_key(state.store).get(Key("receipt", number))
    return body if isinstance(body, Receipt) else None


def too_dead(world: World, receipt: Receipt) -> bool:
    """What ends a run that finds it as the last one: enough records, more than half of them dead, not accepted."""
    records, dead = receipt.recent
    return 0 < world.enough <= records and 2 * dead > records and not receipt.accept_dead


def highest(state: State, kind: str) -> int:
    return max((key.number for key in by_key(state.store) if key.kind == kind), default=0)


def place(rules: Rules, record: str, contract: int, build: int, format: int) -> str | None:  # noqa: A002
    """Where a record goes; None for a transaction marker, which takes an offset and holds no record.

    ``format`` is the one whose rules apply.
    """
    if record == "marker":
        return None
    if record == "bad":
        return "dead"
    if record == "unstorable":  # no release before format 3 can store it in any place
        return "dead"
    if record == "far":  # a row until format 3, a dead letter from then on
        return "day1" if format < 3 else "dead"
    if record == "disputed":  # good by contract 1, dead by contract 2
        return "dead" if (contract if rules.verdict_is_pure else build) == 2 else "day1"
    return "day2" if record == "next day" else "day1"


def with_meaning(record: str, meaning: int) -> str:
    """A record whose schema is known or null, as any other."""
    return {1: "good", 2: "next day"}.get(meaning, "bad") if record in ("asked", "beyond") else record


def cut(start: Offsets, ends: Offsets, rows_per_object: int) -> tuple[Split, ...]:
    return tuple(
        Split(partition, first, min(first + rows_per_object, end))
        for partition, end in enumerate(ends)
        for first in range(start[partition], end, rows_per_object)
    )
