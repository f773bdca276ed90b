"""Which frame a record seems to be in, by its first bytes and its headers: for people, never for a verdict."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from waybill_contracts.judging.verdicts import KafkaInput

_ID_HEADER = b"__value_schema_id"
_GLUE_COMPRESSIONS = (0, 5)
_BEYOND_IDS = 2**31
_MOST_IDS = 3


@dataclass(frozen=True)
class SeenFrame:
    """``id`` as its registry would be asked for it; empty where a header has it."""

    frame: str
    id: str = ""


def seen_frame(record: KafkaInput) -> SeenFrame | None:
    """None where it looks like no frame, which says little of binary values."""
    value = record.value
    if value is None:
        return None
    if any(name == _ID_HEADER for name, _ in record.headers):
        return SeenFrame("confluent_header")
    if len(value) > 18 and value[0] == 3 and value[1] in _GLUE_COMPRESSIONS:
        return SeenFrame("glue", str(uuid.UUID(bytes=value[2:18])))
    if len(value) > 5 and value[0] == 0:
        short, long = int.from_bytes(value[1:5]), int.from_bytes(value[1:9])
        if 0 < short < _BEYOND_IDS:
            return SeenFrame("confluent", str(short))
        if short == 0 < long and len(value) > 9:  # no registry of Confluent's has an id 0
            return SeenFrame("apicurio", str(long))
    return None


def frames_told(seen: Iterable[SeenFrame]) -> str:
    """``Confluent frames with id 12``: the commonest frame, and some of its ids."""
    found = [*seen]
    frame = Counter(one.frame for one in found).most_common(1)[0][0]
    ids = [*dict.fromkeys(one.id for one in found if one.frame == frame and one.id)]
    if not ids:
        return f"{_CALLED[frame]} frames"
    listed = ", ".join(ids[:_MOST_IDS]) + (", …" if len(ids) > _MOST_IDS else "")
    return f"{_CALLED[frame]} frames with {'id' if len(ids) == 1 else 'ids'} {listed}"


_CALLED = {
    "confluent": "Confluent",
    "confluent_header": "Confluent (id in a header)",
    "apicurio": "Apicurio",
    "glue": "Glue",
}
