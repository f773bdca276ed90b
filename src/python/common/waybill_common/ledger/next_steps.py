"""What a driver decides from, and what it may decide: frozen, without a decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from waybill_common.contract import BoundContract
from waybill_common.kafka import TopicState
from waybill_common.ledger.contract_rule import ContractDifference
from waybill_common.ledger.manifest import Layout, Manifest
from waybill_common.ledger.position import LedgerPosition
from waybill_common.settings import MAX_DEAD_SHARE, SPLIT_BYTES, WINDOW_PAST


@dataclass(frozen=True)
class ManifestPlan:
    """How this driver writes new manifests. ``origin`` is where a dataset begins that has no manifest yet.

    ``stream`` is what entries call it where that is not the contract's, as in the dataset of what was redriven.
    ``in_one``: the first manifest goes up to the targets, whatever is known of the records. ``window_past`` is how many
    days before today rows have folders of their own, where the contract's manifests have a window. ``tightens``: no
    record is moved, a manifest is opened for its contract alone, and a commit that is open belongs to somebody else.
    ``max_dead_share`` is how many of the last records may be dead letters, ``accept_dead``: any number of them.
    """

    topic: str
    contract: BoundContract
    layout: Layout
    rows_per_object: int
    accept_loss: bool
    writer: str
    release: str
    origin: Mapping[int, int] = field(default_factory=dict)
    split_bytes: int = SPLIT_BYTES
    in_one: bool = False
    tightens: bool = False
    window_past: int = WINDOW_PAST
    max_dead_share: float = MAX_DEAD_SHARE
    accept_dead: bool = False
    stream: str | None = None

    @property
    def ledger_stream(self) -> str:
        return self.stream or self.contract.stream


@dataclass(frozen=True)
class Situation:
    """What is known: the ledger, the topic as Kafka has it now, and the end offsets to reach.

    ``origin`` is where the dataset begins, if it has begun. ``difference`` is what keeps the plan's contract from
    following the dataset's, where its version is higher. ``today`` is the day by the driver's clock, UTC.
    """

    position: LedgerPosition
    topic: TopicState
    targets: Mapping[int, int]
    origin: Mapping[int, int] = field(default_factory=dict)
    difference: ContractDifference | None = None
    today: date = date(1970, 1, 1)


@dataclass(frozen=True)
class Deliver:
    """Finish this open manifest, whoever wrote it."""

    manifest: Manifest


@dataclass(frozen=True)
class Open:
    """Create this manifest."""

    manifest: Manifest


@dataclass(frozen=True)
class Done:
    """The frontier has reached the targets."""


@dataclass(frozen=True)
class TooDead:
    """End: too many of the last records are dead letters, and nobody has accepted that."""

    position: LedgerPosition


NextStep: TypeAlias = "Deliver | Open | Done | TooDead"
