"""Which frame a record seems to be in, with its schema's id: for people, and for a dead letter's detail."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from waybill_contracts.document import ValueFormat
from waybill_contracts.judging.frames import (
    BARE,
    COMPRESSED_GLUE,
    IN_HEADERS,
    NO_FRAME,
    VALUES_ID,
    HeaderBytes,
    frame_seen,
)
from waybill_contracts.judging.verdicts import KafkaInput
from waybill_contracts.judging.written_id import has_header_ids, header_id

_MOST_IDS = 3


@dataclass(frozen=True)
class SeenFrame:
    """``id`` as its registry would be asked for it; empty where the value has none."""

    frame: str
    id: str = ""


def seen_frame(record: KafkaInput) -> SeenFrame | None:
    """Of the value; None where it looks like no frame, which says little of binary ones."""
    return None if record.value is None else _with_id(record, frame_seen(record.value, record.headers))


def asks_headers(declared: str | None) -> bool:
    """Whether a record's headers have a part in what is said of its frame: not where none comes off anyway."""
    return declared not in BARE


def said_of_frame(form: ValueFormat, content: bytes, headers: HeaderBytes, id_header: bytes) -> str:
    """What a dead letter adds to its reason; nothing where the frame is the one that its contract names."""
    seen = _seen_beside(form, content, headers, id_header)
    if seen is None or seen == form.frame or (seen in BARE and form.frame in BARE):
        return ""
    return f"looks like {seen}"


def strange_frame(record: KafkaInput, form: ValueFormat) -> SeenFrame | None:
    """The one that a dead record's value looks like, where its contract says another."""
    if record.value is None or not said_of_frame(form, record.value, record.headers, VALUES_ID):
        return None
    found = _seen_beside(form, record.value, record.headers, VALUES_ID)
    return _with_id(record, found) or SeenFrame(NO_FRAME)


def commonest_frame(seen: Iterable[SeenFrame]) -> str:
    return Counter(one.frame for one in seen).most_common(1)[0][0]


def frames_told(seen: Iterable[SeenFrame]) -> str:
    """``Confluent frames with id 12``: the commonest frame, and some of its ids."""
    found = [*seen]
    frame = commonest_frame(found)
    ids = [*dict.fromkeys(one.id for one in found if one.frame == frame and one.id)]
    if not ids:
        return _CALLED[frame]
    listed = ", ".join(ids[:_MOST_IDS]) + (", …" if len(ids) > _MOST_IDS else "")
    return f"{_CALLED[frame]} with {'id' if len(ids) == 1 else 'ids'} {listed}"


def _seen_beside(form: ValueFormat, content: bytes, headers: HeaderBytes, id_header: bytes) -> str | None:
    """By whoever knows what its contract says. A header with an id is the frame, whatever the value begins with."""
    if has_header_ids(form):
        return IN_HEADERS if header_id(headers, id_header) is not None else frame_seen(content)
    return frame_seen(content, headers if asks_headers(form.frame) else (), id_header)


def _with_id(record: KafkaInput, frame: str | None) -> SeenFrame | None:
    value = record.value or b""
    match frame:
        case None | "no frame":
            return None
        case "confluent":
            return SeenFrame(frame, str(int.from_bytes(value[1:5])))
        case "apicurio":
            return SeenFrame(frame, str(int.from_bytes(value[1:9])))
        case "glue":
            return SeenFrame(frame, str(uuid.UUID(bytes=value[2:18])))
        case "confluent_header":
            found = header_id(record.headers)
            return SeenFrame(frame, "" if found is None else str(found))
        case _:
            return SeenFrame(frame)


_CALLED = {
    "confluent": "Confluent frames",
    "confluent_header": "Confluent frames in a header",
    "apicurio": "Apicurio frames",
    "glue": "Glue frames",
    COMPRESSED_GLUE: "compressed Glue frames",
    NO_FRAME: "records without a frame",
}
