"""Decoding records that name their writers' schemas: by what the commit has bound, and by no registry.

While the commit's object does not stand, an id that its manifest lacks may become anything. So nothing is judged of a
split with such records: it is only asked which ids there are.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence

import pyarrow as pa
from confluent_kafka import Message

from waybill_common.lake import Lake
from waybill_common.ledger import MOST_ASKED, Manifest, Manifest3, StoredSchemas
from waybill_contracts.fast import ids_in
from waybill_contracts.judging import KnownSchemas, Writers, ids_of, may_be_asked
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


def ids_to_ask(frame: str, values: Sequence[bytes | None], known: Container[int]) -> set[int]:
    """Those in the values' frames that nobody knows yet, and that a registry may have given."""
    ids, framed = ids_in(pa.array(values, pa.large_binary()), frame)
    return {one for one in ids[framed].tolist() if one not in known and may_be_asked(frame, one)}


class WritersDecoder:
    """See ``BlockDecoder``. With ``asks`` it notes what is not known, and decodes nothing more of that partition."""

    def __init__(self, writers: Writers, *, asks: bool, fast: bool, watch: Callable[[int], object]) -> None:
        self._writers = writers
        self._asks = asks
        self._decoder = DocumentDecoder(writers, fast=fast, watch=watch)
        self._noted: dict[int, set[int]] = {}

    def decode(self, partition: int, messages: Sequence[Message]) -> Block:
        if self._asks:
            self._note(partition, messages)
            if partition in self._noted:
                return self._decoder.nothing()
        return self._decoder.decode(partition, messages)

    def asked(self, partition: int) -> tuple[int, ...]:
        """The lowest of the ids that have to be known before anything of the partition's split is stored."""
        return tuple(sorted(self._noted.get(partition, ()))[:MOST_ASKED])

    def _note(self, partition: int, messages: Sequence[Message]) -> None:
        frame = self._writers.known.document.value.frame or ""
        new = ids_to_ask(frame, [message.value() for message in messages], self._writers.schemas)
        if not new:
            return
        noted = self._noted.setdefault(partition, set())
        noted |= new
        if len(noted) > _MOST_NOTED:
            self._noted[partition] = set(sorted(noted)[:MOST_ASKED])
