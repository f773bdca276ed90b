"""Envelopes that are known: Kafka Connect's schema and payload, and CloudEvents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from waybill_contracts.drafting.drafted import STRING, UUID, DraftedScalar, DraftedStruct, DraftedValue
from waybill_contracts.drafting.evidence import Path
from waybill_contracts.drafting.proposing import TIMES

CONNECT = ("schema", "payload")
CLOUD_EVENTS = ("specversion", "id", "source", "type")

_FLOOR = {"beyond_micros": "floor"}
_LOGICAL: Mapping[str, DraftedValue] = {
    "org.apache.kafka.connect.data.Date": DraftedScalar("date", {"wire": "epoch_days"}),
    "org.apache.kafka.connect.data.Time": DraftedScalar("string", {"as": "time", "wire": "ms"}),
    "org.apache.kafka.connect.data.Timestamp": DraftedScalar("timestamptz", {"wire": "epoch_ms"}),
    "io.debezium.time.Date": DraftedScalar("date", {"wire": "epoch_days"}),
    "io.debezium.time.Time": DraftedScalar("string", {"as": "time", "wire": "ms"}),
    "io.debezium.time.MicroTime": DraftedScalar("string", {"as": "time", "wire": "us"}),
    "io.debezium.time.Timestamp": DraftedScalar("timestamp", {"wire": "epoch_ms"}),
    "io.debezium.time.MicroTimestamp": DraftedScalar("timestamp", {"wire": "epoch_us"}),
    "io.debezium.time.NanoTimestamp": DraftedScalar("timestamp", {"wire": "epoch_ns", **_FLOOR}),
    "io.debezium.time.ZonedTimestamp": DraftedScalar("timestamptz", _FLOOR),
    "io.debezium.data.Uuid": UUID,
}
_OF_TYPE: Mapping[str, DraftedValue] = {
    "bytes": DraftedScalar("binary"),
    "boolean": DraftedScalar("boolean"),
    **dict.fromkeys(("float", "float32", "double", "float64"), DraftedScalar("double")),
}
_SPARE: Mapping[str, DraftedValue] = {
    **dict.fromkeys(("int8", "int16", "int32", "int64"), DraftedScalar("long")),
    "string": STRING,
}
"""Values say more than these do: many an int64 is a time."""

_DECIMALS = "org.apache.kafka.connect.data.Decimal"


@dataclass(frozen=True)
class Envelope:
    """``flat`` members become columns themselves, ``ignored`` ones are left out; ``known`` are types that the envelope
    says, ``spare`` those of places that are always null."""

    name: str | None = None
    flat: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    known: Mapping[Path, DraftedValue] = field(default_factory=dict)
    spare: Mapping[Path, DraftedValue] = field(default_factory=dict)
    id: tuple[str, ...] = ()
    time: str | None = None

    def time_of(self, root: DraftedStruct) -> str | None:
        """Its time, where that column has times."""
        return next(
            (one.name for one in root.fields if one.name == self.time and one.value.family in TIMES), None
        )


def envelope_of(trees: Sequence[dict[str, Any]]) -> Envelope:
    if trees and all({*one} == {*CONNECT} and _is_connect(one) for one in trees):
        kinds: dict[Path, dict[str, Any]] = {}
        for one in trees:
            _note(one["schema"], ("payload",), kinds)
        known = {path: found for path, kind in kinds.items() if (found := _known(kind))}
        spare = {path: found for path, kind in kinds.items() if (found := _SPARE.get(str(kind.get("type"))))}
        return Envelope("Kafka Connect", ("payload",), ("schema",), known, spare)
    if trees and all({*CLOUD_EVENTS} <= {*one} for one in trees):
        time = "time" if all("time" in one for one in trees) else None
        return Envelope("CloudEvents", id=("source", "id"), time=time)
    return Envelope()


def _is_connect(tree: dict[str, Any]) -> bool:
    schema, payload = tree["schema"], tree["payload"]
    is_schema = schema is None or (isinstance(schema, dict) and schema.get("type") == "struct")
    return is_schema and isinstance(payload, dict) and bool(payload)


def _note(schema: Any, path: Path, kinds: dict[Path, dict[str, Any]]) -> None:
    if not isinstance(schema, dict):
        return
    if schema.get("type") == "struct" and isinstance(schema.get("fields"), list):
        for one in schema["fields"]:
            if isinstance(one, dict) and isinstance(one.get("field"), str):
                _note(one, (*path, one["field"]), kinds)
        return
    if schema.get("type") == "array":
        _note(schema.get("items"), (*path, None), kinds)
        return
    kinds[path] = schema


def _known(schema: dict[str, Any]) -> DraftedValue | None:
    name, kind = schema.get("name"), schema.get("type")
    if name == _DECIMALS:
        return _decimal(schema.get("parameters"))
    if isinstance(name, str) and name in _LOGICAL:
        return _LOGICAL[name]
    return _OF_TYPE.get(kind) if isinstance(kind, str) else None


def _decimal(parameters: Any) -> DraftedValue | None:
    given = parameters if isinstance(parameters, dict) else {}
    scale = given.get("scale")
    if not isinstance(scale, str) or not scale.isascii() or not scale.isdigit() or int(scale) > 38:
        return None
    return DraftedScalar(f"decimal(38, {int(scale)})", {"wire": "unscaled_base64"})
