"""Which frame a record seems to be in, with its schema's id: for people, never for a verdict."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from waybill_contracts.judging.frames import (
    COMPRESSED_GLUE,
    NO_FRAME,
    VALUES_ID,
    asks_headers,
    frame_seen,
    said_of_frame,
)
from waybill_contracts.judging.verdicts import KafkaInput

_MOST_IDS = 3


@dataclass(frozen=True)
class SeenFrame:
    """``id`` as its registry would be asked for it; empty where the value has none."""

    frame: str
    id: str = ""


def seen_frame(record: KafkaInput) -> SeenFrame | None:
    """Of the value; None where it looks like no frame, which says little of binary ones."""
    return None if record.value is None else _with_id(record.value, frame_seen(record.value, record.headers))


def strange_frame(record: KafkaInput, declared: str | None) -> SeenFrame | None:
    """The one that a dead record's value looks like, where its contract says another."""
    if record.value is None or not said_of_frame(declared, record.value, record.headers, VALUES_ID):
        return None
    found = frame_seen(record.value, record.headers if asks_headers(declared) else ())
    return _with_id(record.value, found) or SeenFrame(NO_FRAME)


def frames_told(seen: Iterable[SeenFrame]) -> str:
    """``Confluent frames with id 12``: the commonest frame, and some of its ids."""
    found = [*seen]
    frame = Counter(one.frame for one in found).most_common(1)[0][0]
    ids = [*dict.fromkeys(one.id for one in found if one.frame == frame and one.id)]
    if not ids:
        return _CALLED[frame]
    listed = ", ".join(ids[:_MOST_IDS]) + (", …" if len(ids) > _MOST_IDS else "")
    return f"{_CALLED[frame]} with {'id' if len(ids) == 1 else 'ids'} {listed}"


def _with_id(value: bytes, frame: str | None) -> SeenFrame | None:
    match frame:
        case None | "no frame":
            return None
        case "confluent":
            return SeenFrame(frame, str(int.from_bytes(value[1:5])))
        case "apicurio":
            return SeenFrame(frame, str(int.from_bytes(value[1:9])))
        case "glue":
            return SeenFrame(frame, str(uuid.UUID(bytes=value[2:18])))
        case _:
            return SeenFrame(frame)


_CALLED = {
    "confluent": "Confluent frames",
    "confluent_header": "Confluent frames whose id is in a header",
    "apicurio": "Apicurio frames",
    "glue": "Glue frames",
    COMPRESSED_GLUE: "compressed Glue frames",
    NO_FRAME: "records without a frame",
}
