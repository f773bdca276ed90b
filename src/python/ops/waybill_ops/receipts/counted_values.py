"""How often each value of a column occurs, as text: what contract1 calls canonical."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from waybill_ops.dead_letters import format_micros


def counted_values(values: pa.Array[Any]) -> Counter[str]:
    """Null is the empty text. Lists, maps and structs are JSON."""
    if pa.types.is_nested(values.type):
        found: Counter[str] = Counter()
        for one in values:
            found["" if not one.is_valid else json.dumps(_value(one), ensure_ascii=False)] += 1
        return found
    if _has_own_text(values.type):
        return Counter(
            {_value(one["values"]) or "": one["counts"].as_py() for one in pc.value_counts(values)}
        )
    asked = pc.value_counts(values.cast(pa.string())).to_pylist()
    return Counter({one["values"] or "": one["counts"] for one in asked})


def _has_own_text(kind: pa.DataType) -> bool:
    return any((pa.types.is_timestamp(kind), pa.types.is_decimal(kind), pa.types.is_binary(kind)))


def _value(one: Any) -> Any:
    """Instants as Kafka's timestamps are spelled: they may lie beyond any calendar."""
    kind = one.type
    if not one.is_valid:
        return None
    if pa.types.is_struct(kind):
        return {name: _value(inner) for name, inner in one.items()}
    if pa.types.is_map(kind):
        keys, items = one.values.field(0), one.values.field(1)
        return [[_value(key), _value(item)] for key, item in zip(keys, items, strict=True)]
    if pa.types.is_list(kind):
        return [_value(inner) for inner in one.values]
    if pa.types.is_timestamp(kind):
        text = format_micros(one.value)
        return text if kind.tz else text.removesuffix("Z")
    if pa.types.is_decimal(kind):
        return f"{one.as_py():f}"
    if pa.types.is_binary(kind):
        return one.as_py().hex()
    if pa.types.is_boolean(kind):
        return "true" if one.as_py() else "false"
    return str(one.as_py())
