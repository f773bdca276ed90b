"""Where the ledger stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from waybill_common.ledger.entry import Frontier
from waybill_common.ledger.manifest import ContractRef, Manifest
from waybill_common.ledger.recent import Recent
from waybill_common.ledger.split_sizes import Seen


@dataclass(frozen=True)
class LedgerPosition:
    """Where the ledger stands: the last receipt, and the manifest that is open after it, if any.

    ``number`` 0 and an empty frontier mean that nothing was ever delivered. ``format`` is that of the last receipt, 0
    where there is none, and ``contract`` its commit's. ``recent`` is what a receipt under ``recent_contract`` counts on
    from. ``is_ahead``: the last receipt has what only a later release can go on from. ``seen`` is what it says of each
    partition's records; None where it says nothing of sizes. ``window`` is that of the last receipt. ``judged`` is what
    it counts of dead letters; None where they are accepted, or not counted. ``schemas`` are writers' schemas that it
    knows, None where its stream asks no registry.
    """

    number: int
    frontier: Frontier
    receipt_sha256: str | None
    stream: str | None
    topic: str | None
    topic_id: str | None
    open: Manifest | None
    open_sha256: str | None
    format: int = 0
    contract: ContractRef | None = None
    recent: Recent | None = None
    recent_contract: ContractRef | None = None
    is_ahead: bool = False
    seen: Mapping[int, Seen] | None = None
    window: tuple[str, str] | None = None
    judged: Recent | None = None
    schemas: Mapping[str, str] | None = None

    @property
    def is_old(self) -> bool:
        """Formats before 3: the dataset goes over to format 3 with its next new manifest."""
        return self.open.format < 3 if self.open is not None else 0 < self.format < 3


NOTHING = LedgerPosition(
    number=0,
    frontier={},
    receipt_sha256=None,
    stream=None,
    topic=None,
    topic_id=None,
    open=None,
    open_sha256=None,
)
