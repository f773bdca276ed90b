"""What decodes a contract's records: its document."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from waybill_common.contract import BoundContract
from waybill_common.lake import Lake
from waybill_common.ledger import Manifest
from waybill_contracts.document import parse_document
from waybill_contracts.judging import KnownSchemas
from waybill_delivery.events.document_decode import DocumentDecoder
from waybill_delivery.events.record import AskingDecoder, BlockDecoder
from waybill_delivery.events.writers_decode import WritersDecoder, writers_of


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


def known_schemas(contract: BoundContract) -> KnownSchemas:
    """Of a contract whose schemas a registry has: to be kept from commit to commit, since each is put together with the
    contract once.
    """
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
    writers = writers_of(known, manifest, standing, lake)
    return WritersDecoder(writers, asks=standing is None, fast=fast, watch=watch)
