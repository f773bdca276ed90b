"""What decodes a contract's records: made from its model where it has one, else from its document alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from waybill_common.contract import BoundContract, Contract
from waybill_common.lake import Lake
from waybill_common.ledger import Manifest
from waybill_delivery.events.decode import Decoder
from waybill_delivery.events.record import AskingDecoder, BlockDecoder

if TYPE_CHECKING:
    from waybill_contracts.judging import KnownSchemas


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
    if isinstance(contract, Contract):
        return Decoder(contract, format, fast=fast, watch=watch)
    from waybill_delivery.events.document_decode import (
        DocumentDecoder,  # who delivers a model's would wait for it
    )

    return DocumentDecoder(contract, fast=fast, watch=watch)


def known_schemas(contract: BoundContract) -> KnownSchemas:
    """Of a contract whose schemas a registry has: to be kept from commit to commit, since each is put together with the
    contract once.
    """
    from waybill_contracts.document import parse_document
    from waybill_contracts.judging import KnownSchemas

    return KnownSchemas(parse_document(contract.document))


def asking_decoder(
    known: KnownSchemas,
    manifest: Manifest,
    standing: Mapping[str, str | None] | None,
    lake: Lake,
    *,
    fast: bool = True,
    watch: Callable[[int], object] = lambda _offset: None,
) -> AskingDecoder:
    """Of one task. ``standing`` is what the commit's object says; None while there is none."""
    from waybill_delivery.events.writers_decode import WritersDecoder, writers_of

    writers = writers_of(known, manifest, standing, lake)
    return WritersDecoder(writers, asks=standing is None, fast=fast, watch=watch)
