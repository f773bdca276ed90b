"""A page as the records of one transaction: its events, its dead letters and the new cursor."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from waybill_common.contract import Contract
from waybill_common.contract.framing import frame
from waybill_common.settings import StreamSettings
from waybill_producer.cursor.decide import Position
from waybill_producer.cursor.model import Cursor
from waybill_producer.events.transform import Outcome
from waybill_producer.source.query import Query
from waybill_producer.source.reply import Page

Headers = tuple[tuple[str, bytes], ...]


class Record(msgspec.Struct, frozen=True, gc=False):
    """One Kafka record. The key of a dead letter is null: its user may have no usable id."""

    topic: str
    key: bytes | None
    value: bytes
    headers: Headers


@dataclass(frozen=True)
class Batch:
    """What one transaction publishes. It is never split and never kept for another try."""

    page: int
    records: tuple[Record, ...]
    cursor: Cursor
    events: int
    dead: Mapping[str, int]


def build_batch(
    page: Page,
    outcome: Outcome,
    position: Position,
    *,
    query: Query,
    stream: StreamSettings,
    contract: Contract,
    topic_id: str,
    produced_at: datetime,
    schema_id: int | None,
) -> Batch:
    """The records, the cursor last. With a ``schema_id`` the events are framed; the other records never are."""
    cursor = Cursor(
        stream=contract.stream,
        topic_id=topic_id,
        seed=query.seed,
        page=position.page,
        results=query.results,
        nat=list(query.nationalities),
        inc=list(query.included),
        version=query.version,
        events=position.events + len(outcome.events),
        dead_letters=position.dead_letters + len(outcome.dead),
        fingerprint=page.fingerprint,
        produced_at=produced_at,
    )
    source = query.coordinates(position.page)
    common = (
        ("content-type", b"application/json"),
        ("contract", contract.label.encode()),
        ("traceparent", traceparent(source, page.fingerprint)),
    )
    records = [
        Record(
            stream.topic,
            event.id.encode(),
            event.value if schema_id is None else frame(schema_id, event.value),
            (*common, ("source", f"{source}#{event.index}".encode())),
        )
        for event in outcome.events
    ]
    records.extend(_dead_letters(outcome, query.seed, position.page, source, stream.dead_topic, common))
    records.append(Record(stream.cursor_topic, cursor.key.encode(), cursor.encode(), common))
    return Batch(position.page, tuple(records), cursor, len(outcome.events), outcome.reasons)


def traceparent(source: str, fingerprint: str | None) -> bytes:
    """W3C trace context, version 00, sampled: one trace and span for each page.

    Made from the page itself, so that a page fetched again after a crash continues its trace.
    """
    digest = hashlib.sha256(f"{source} {fingerprint}".encode()).hexdigest()
    return f"00-{digest[:32]}-{digest[32:48]}-01".encode()


def _dead_letters(
    outcome: Outcome, seed: str | None, page: int, source: str, topic: str, common: Headers
) -> Iterator[Record]:
    for dead in outcome.dead:
        headers = (
            *common,
            ("source", f"{source}#{dead.index}".encode()),
            ("seed", (seed or "").encode()),
            ("page", str(page).encode()),
            ("index", str(dead.index).encode()),
            ("reason", dead.reason.encode()),
            ("detail", dead.detail.encode()),
        )
        yield Record(topic, None, dead.raw, headers)
