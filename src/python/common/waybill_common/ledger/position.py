"""Where the ledger stands."""

from __future__ import annotations

from dataclasses import dataclass

from waybill_common.ledger.manifest import Frontier
from waybill_common.ledger.manifest import Manifest


@dataclass(frozen=True)
class Position:
    """Where the ledger stands: the last receipt, and the manifest that is open behind it, if any.

    ``number`` 0 and an empty frontier mean that nothing was ever delivered.
    """

    number: int
    frontier: Frontier
    receipt_sha256: str | None
    stream: str | None
    topic: str | None
    topic_id: str | None
    open: Manifest | None
    open_sha256: str | None


NOTHING = Position(
    number=0,
    frontier={},
    receipt_sha256=None,
    stream=None,
    topic=None,
    topic_id=None,
    open=None,
    open_sha256=None,
)
