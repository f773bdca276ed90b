"""Where to go on, or why not. Pure functions of what Kafka holds and what the settings ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from waybill_producer.cursor.model import Cursor, key_of
from waybill_producer.source import LAST_PAGE, PageQuery


@dataclass(frozen=True)
class CursorTopicState:
    """The events' topic as found: its id, and whether records of it are, or were, visible to readers."""

    name: str
    id: str
    has_records: bool


@dataclass(frozen=True)
class PagePosition:
    """The page to publish next, and what came before it under this seed."""

    page: int
    fingerprint: str | None = None
    events: int = 0
    dead_letters: int = 0


@dataclass(frozen=True)
class PageRefusal:
    """Nothing may be published; the three parts of the message."""

    found: str
    allowed: str
    remedy: str


def find_position(
    query: PageQuery, topic: CursorTopicState, cursors: Mapping[str, Cursor]
) -> PagePosition | PageRefusal:
    """Resume after the seed's last page, begin a new seed at page 1, or refuse."""
    own = cursors.get(key_of(query.seed))
    if own is not None and own.topic_id != topic.id:
        return PageRefusal(
            f"The cursor {own.key} belongs to topic {topic.name} with id {own.topic_id}, "
            f"but {topic.name} has the id {topic.id}: it was made again.",
            "a cursor and a topic that were made together.",
            f"publish under a new source.seed; or, to begin again on purpose, delete {topic.name} and "
            f"{topic.name}.cursor, and start a new lake.",
        )
    if topic.has_records and not any(cursor.topic_id == topic.id for cursor in cursors.values()):
        return PageRefusal(
            f"Topic {topic.name} holds records, but {topic.name}.cursor has no cursor for it.",
            "an empty topic, or the cursor that was committed with its records.",
            f"restore {topic.name}.cursor, or publish to another topic (stream.topic): without the cursor "
            "nobody knows which pages are there.",
        )
    if own is None:
        return PagePosition(page=1)
    # Without a seed nothing is replayed, so nothing is tied to the query.
    changed = own.differences(query) if query.seed is not None else {}
    if changed:
        listed = ", ".join(f"{name} was {was!r} and is {now!r}" for name, (was, now) in changed.items())
        return PageRefusal(
            f"The query of {own.key} changed after page {own.page}: {listed}.",
            "the same query for a seed's whole life; with another one its pages hold other users.",
            "set a new source.seed, or put the former values back.",
        )
    return PagePosition(own.page + 1, own.fingerprint, own.events, own.dead_letters)


def refuse_page(
    query: PageQuery, page: int, topic: CursorTopicState, cursors: Mapping[str, Cursor]
) -> PageRefusal | None:
    """Why ``page`` may not be asked for: the seed has no more, or another seed has published it already."""
    if query.seed is None:
        return None
    if page > LAST_PAGE:
        return PageRefusal(
            f"Seed {query.seed!r} is exhausted: page {LAST_PAGE} is published.",
            f"pages 1 to {LAST_PAGE}; the API answers a higher one with page 1.",
            "set a new source.seed.",
        )
    material = seed_material(query.seed, page)
    for other in cursors.values():
        if other.seed is None or other.seed == query.seed or other.topic_id != topic.id:
            continue
        twin = _page_of(material, other.seed)
        if twin is not None and twin <= other.page:
            return PageRefusal(
                f"Page {page} of seed {query.seed!r} is page {twin} of seed {other.seed!r}, which is published: "
                f"the API makes both from {material!r}.",
                "seeds whose pages the API tells apart.",
                "set a source.seed that does not end in a digit.",
            )
    return None


def seed_material(seed: str, page: int) -> str:
    """What the API seeds its generator with: the page's digits are simply put after the seed, but for page 1."""
    return seed if page == 1 else f"{seed}{page}"


def _page_of(material: str, seed: str) -> int | None:
    """The page of ``seed`` that has this material, None where no page has."""
    if material == seed:
        return 1
    digits = material.removeprefix(seed)
    if digits == material or not (digits.isascii() and digits.isdigit()) or digits.startswith("0"):
        return None
    return int(digits) if 2 <= int(digits) <= LAST_PAGE else None
