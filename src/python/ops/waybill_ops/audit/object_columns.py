"""Which columns objects have by docs/format.md, as DuckDB reads them."""

from __future__ import annotations

from collections.abc import Mapping

from waybill_ops.audit.fingerprint import AuditedKind

COORDINATES = {
    "kafka_partition": "INTEGER",
    "kafka_offset": "BIGINT",
    "kafka_timestamp": str(AuditedKind.INSTANT),
}
DEAD_COLUMNS = {
    **COORDINATES,
    "key": "BLOB",
    "value": "BLOB",
    "headers": 'STRUCT("name" VARCHAR, "value" BLOB)[]',
    "reason": "VARCHAR",
    "detail": "VARCHAR",
}
ADDED_COLUMNS = {"header_names": "BLOB[]", "kafka_timestamp_ms": "BIGINT"}
"""Those of dead letters from format 3 on; before, only in an object with a record that needs one of them."""


class ForeignColumns(Exception):
    """An object whose columns are not those of the format."""


def event_columns(types: Mapping[str, str], known: Mapping[str, AuditedKind]) -> dict[str, AuditedKind]:
    """The object's own columns; each has the type it has in the contract and in every other object."""
    own = {name: kind for name, kind in types.items() if name not in COORDINATES}
    require_columns(types, COORDINATES)
    require_columns(types, {name: str(kind) for name, kind in known.items() if name in own})
    strange = sorted(f"{name} {kind}" for name, kind in own.items() if kind not in set(AuditedKind))
    if strange:
        raise ForeignColumns(f"columns of no type that the format knows: {', '.join(strange)}")
    return {name: AuditedKind(kind) for name, kind in own.items()}


def require_columns(types: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    wrong = [
        f"{name} is {types.get(name, 'absent')}" for name, kind in wanted.items() if types.get(name) != kind
    ]
    if wrong:
        raise ForeignColumns(f"its columns are not the format's: {', '.join(wrong)}")
