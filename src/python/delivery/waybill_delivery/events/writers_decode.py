"""Decoding records that name their writers' schemas: by what the commit has bound, and by no registry.

While the commit's object does not stand, an id that its manifest lacks may become anything. So nothing is judged of a
split with such records: it is only asked which ids there are.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence

import pyarrow as pa
from confluent_kafka import Message

from waybill_common.contract import SchemaId, in_order
from waybill_common.kafka import last_headers
from waybill_common.lake import Lake
from waybill_common.ledger import MOST_ASKED, Manifest, Manifest3, StoredSchemas
from waybill_contracts.document import ValueFormat
from waybill_contracts.fast import written_ids
from waybill_contracts.judging import VALUES_ID, HeaderBytes, KnownSchemas, Writers, ids_of, may_be_asked
from waybill_delivery.events.document_decode import DocumentDecoder
from waybill_delivery.events.record import Block

_MOST_NOTED = 20_000


def writers_of(
    known: KnownSchemas, manifest: Manifest, standing: Mapping[str, str | None] | None, lake: Lake
) -> Writers:
    """What a commit knows: its manifest's word before that of its object."""
    frame = known.document.value.frame or ""
    bound = manifest.schemas if isinstance(manifest, Manifest3) else {}
    schemas = {**ids_of(frame, standing or {}), **ids_of(frame, bound)}
    return Writers(known, schemas, StoredSchemas(lake).read)


def ids_to_ask(
    form: ValueFormat,
    values: Sequence[bytes | None],
    headers: Iterable[HeaderBytes],
    known: Container[SchemaId],
) -> set[SchemaId]:
    """Those in the values' frames that nobody knows yet, and that a registry may have given."""
    written = written_ids(pa.array(values, pa.large_binary()), form, headers).different()
    return {one for one in written if one not in known and may_be_asked(form.frame or "", one)}


class WritersDecoder:
    """See ``BlockDecoder``. With ``asks`` it notes what is not known, and decodes nothing more of that partition."""

    def __init__(self, writers: Writers, *, asks: bool, fast: bool, watch: Callable[[int], object]) -> None:
        self._writers = writers
        self._asks = asks
        self._decoder = DocumentDecoder(writers, fast=fast, watch=watch)
        self._noted: dict[int, set[SchemaId]] = {}

    def decode(self, partition: int, messages: Sequence[Message]) -> Block:
        if self._asks:
            self._note(partition, messages)
            if partition in self._noted:
                return self._decoder.nothing()
        return self._decoder.decode(partition, messages)

    def asked(self, partition: int) -> tuple[SchemaId, ...]:
        """The lowest of the ids that have to be known before anything of the partition's split is stored."""
        return tuple(in_order(self._noted.get(partition, ()))[:MOST_ASKED])

    def _note(self, partition: int, messages: Sequence[Message]) -> None:
        form, values = self._writers.known.document.value, [message.value() for message in messages]
        new = ids_to_ask(form, values, last_headers(messages, VALUES_ID), self._writers.schemas)
        if not new:
            return
        noted = self._noted.setdefault(partition, set())
        noted |= new
        if len(noted) > _MOST_NOTED:
            self._noted[partition] = set(in_order(noted)[:MOST_ASKED])
