"""The cursor record: which page of which query is published.

Topic ``<topic>.cursor``, one partition, compacted. The key names the seed, so the cursors of earlier seeds stay: going
back to one of them goes on after its last page instead of publishing it again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from waybill_common.contract import UtcMicros
from waybill_common.errors import CursorRefused
from waybill_producer.source import PageQuery

EventCount = Annotated[int, Field(ge=0)]


class Cursor(BaseModel):
    """The last published page of a seed, and the query under which its pages mean what they do.

    ``topic_id`` is Kafka's id of the events' topic: a topic that was deleted and made again has none of the pages.
    ``events`` and ``dead_letters`` count all pages of this seed. ``fingerprint`` is the last page's.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    format: Literal[1] = 1
    stream: str
    topic_id: str
    seed: str | None
    page: Annotated[int, Field(ge=1)]
    results: Annotated[int, Field(ge=1)]
    nat: list[str]
    inc: list[str]
    version: str
    events: EventCount
    dead_letters: EventCount
    fingerprint: str | None
    produced_at: Annotated[datetime, UtcMicros]

    @property
    def key(self) -> str:
        return key_of(self.seed)

    def encode(self) -> bytes:
        return self.model_dump_json().encode()

    def differences(self, query: PageQuery) -> dict[str, tuple[object, object]]:
        """What the query asks for differently: name → (stored, asked)."""
        asked = {
            "results": query.results,
            "nat": list(query.nationalities),
            "inc": list(query.included),
            "version": query.version,
        }
        stored = self.model_dump()
        return {name: (stored[name], value) for name, value in asked.items() if stored[name] != value}


def key_of(seed: str | None) -> str:
    """The record's key."""
    return "unseeded" if seed is None else f"seed:{seed}"


def decode_cursor(value: bytes, place: str) -> Cursor:
    """The cursor in a record; raises ``CursorRefused`` naming ``place`` where there is none."""
    try:
        return Cursor.model_validate_json(value)
    except ValidationError as error:
        wrong = ", ".join(
            f"{'.'.join(map(str, one['loc'])) or 'value'}: {one['msg']}" for one in error.errors()
        )
        raise CursorRefused(
            f"The record at {place} is no cursor that this release reads ({wrong}).",
            allowed="records written by the producer, format 1.",
            remedy="run the release that wrote it, or see who else writes to that topic.",
        ) from error
