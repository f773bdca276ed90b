"""What decodes a contract's records: its document."""

from __future__ import annotations

from collections.abc import Callable

from waybill_common.contract import BoundContract
from waybill_delivery.events.document_decode import DocumentDecoder
from waybill_delivery.events.record import BlockDecoder


def decoder_of(
    contract: BoundContract,
    format: int,  # noqa: A002  # the ledger's word for it
    *,
    fast: bool = True,
    watch: Callable[[int], object] = lambda _offset: None,
) -> BlockDecoder:
    """With ``fast`` off every record goes by the judge alone, and no other library looks into its value. ``watch`` is
    told the offset of each record that the judge is about to see.
    """
    return DocumentDecoder(contract, format, fast=fast, watch=watch)
