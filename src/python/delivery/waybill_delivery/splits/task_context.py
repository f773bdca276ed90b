"""What a worker is given. Who plans splits imports this alone: what carries them takes half a second to import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from waybill_common.contract import BoundContract
from waybill_common.lake import Lake
from waybill_common.ledger import Manifest, Split
from waybill_common.settings import SPLIT_BYTES, KafkaSettings


@dataclass(frozen=True)
class TaskContext:
    """Everything that a task needs besides its splits; it is pickled to the executors.

    ``longest`` are the offsets of each partition that make a whole split: what one task may hold. ``only`` are the
    splits that are left to be carried; None for all of the manifest's. ``schemas`` is what the commit's object says of
    writers' schemas, beyond the manifest: while none stands, a task reports what it meets and can't know.
    """

    manifest: Manifest
    contract: BoundContract
    kafka: KafkaSettings
    lake: Lake
    accept_loss: bool
    split_bytes: int = SPLIT_BYTES
    longest: Mapping[int, int] = field(default_factory=dict)
    only: tuple[Split, ...] | None = None
    schemas: Mapping[str, str | None] | None = None

    @property
    def splits(self) -> tuple[Split, ...]:
        return self.manifest.splits if self.only is None else self.only
