"""A page as the records of one transaction: its events, its dead letters and the new cursor."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from waybill_common.contract import Contract, frame
from waybill_common.settings import StreamSettings
from waybill_producer.cursor import Cursor, PagePosition
from waybill_producer.events import DeadBodies, Transformed
from waybill_producer.source import Page, PageQuery

EventHeaders = tuple[tuple[str, bytes], ...]


class BatchRecord(msgspec.Struct, frozen=True, gc=False):
    """One Kafka record. The key of a dead letter is null: its user may have no usable id. No value is null."""

    topic: str
    key: bytes | None
    value: bytes
    headers: EventHeaders


@dataclass(frozen=True)
class Draft:
    """What a batch is made of. ``bodiless`` has the indices of users whose dead letter goes without its body."""

    page: Page
    outcome: Transformed
    position: PagePosition
    query: PageQuery
    stream: StreamSettings
    contract: Contract
    topic_id: str
    produced_at: datetime
    schema_id: int | None
    dead_bodies: DeadBodies
    bodiless: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Batch:
    """What one transaction publishes. It is never split, and sent again only where it is certain not to be committed.

    ``records`` are the draft's events, its dead letters and the cursor, in this order.
    """

    page: int
    records: tuple[BatchRecord, ...]
    cursor: Cursor
    events: int
    dead: Mapping[str, int]
    draft: Draft


def build_batch(draft: Draft) -> Batch:
    """The records, the cursor last. With a ``schema_id`` the events are framed; the other records never are."""
    outcome, position, query, stream = draft.outcome, draft.position, draft.query, draft.stream
    cursor = Cursor(
        stream=draft.contract.stream,
        topic_id=draft.topic_id,
        seed=query.seed,
        page=position.page,
        results=query.results,
        nat=list(query.nationalities),
        inc=list(query.included),
        version=query.version,
        events=position.events + len(outcome.events),
        dead_letters=position.dead_letters + len(outcome.dead),
        fingerprint=draft.page.fingerprint,
        produced_at=draft.produced_at,
    )
    source, schema_id = query.coordinates(position.page), draft.schema_id
    common = (
        ("content-type", b"application/json"),
        ("contract", draft.contract.label.encode()),
        ("traceparent", traceparent(source, draft.page.fingerprint)),
    )
    records = [
        BatchRecord(
            stream.topic,
            event.id.encode(),
            event.value if schema_id is None else frame(schema_id, event.value),
            (*common, ("source", f"{source}#{event.index}".encode())),
        )
        for event in outcome.events
    ]
    records.extend(_dead_letters(draft, source, common))
    records.append(BatchRecord(stream.cursor_topic, cursor.key.encode(), cursor.encode(), common))
    return Batch(position.page, tuple(records), cursor, len(outcome.events), outcome.reasons, draft)


def traceparent(source: str, fingerprint: str | None) -> bytes:
    """W3C trace context, version 00, sampled: one trace and span for each page.

    Made from the page itself, so that a page fetched again after a crash continues its trace.
    """
    digest = hashlib.sha256(f"{source} {fingerprint}".encode()).hexdigest()
    return f"00-{digest[:32]}-{digest[32:48]}-01".encode()


def _dead_letters(draft: Draft, source: str, common: EventHeaders) -> Iterator[BatchRecord]:
    for dead in draft.outcome.dead:
        headers: EventHeaders = (
            *common,
            ("source", f"{source}#{dead.index}".encode()),
            ("seed", (draft.query.seed or "").encode()),
            ("page", str(draft.position.page).encode()),
            ("index", str(dead.index).encode()),
            ("reason", dead.reason.encode()),
            ("detail", dead.detail.encode()),
            ("body", draft.dead_bodies.kind.encode()),
        )
        body = draft.dead_bodies.of(dead.user)
        if dead.index in draft.bodiless:
            digest = hashlib.sha256(body).hexdigest().encode()
            headers = (*headers, ("body-length", str(len(body)).encode()), ("body-sha256", digest))
            body = b""
        yield BatchRecord(draft.stream.dead_topic, None, body, headers)
