"""A contract with everything that one can say at once, and records of it: rows, dead letters, tombstones, skipped."""

from __future__ import annotations

import json
from typing import Any

from unit.contracts.documents import document, field, list_of, map_of, struct_of

from waybill_contracts.judging import KafkaInput

INNER = struct_of(field(11, "sku", "string", required=True), field(12, "price", "decimal(9, 2)"))
ORDER = document(
    field(1, "order_id", "string", required=True),
    field(2, "kind", "string"),
    field(3, "at", "timestamptz"),
    field(4, "amount", "decimal(18, 2)"),
    field(5, "rate", "double"),
    field(6, "items", list_of(7, INNER)),
    field(8, "tags", map_of(9, 10, "long")),
    entries={"2": {"rules": {"enum": ["sale", "gift/à", "x=y"]}}, "1": {"rules": {"maxLength": 3}}},
    id=["order_id"], time="at", key={"format": "text"}, headers=True, tombstones="row", extra="keep",
    select={"header": "type", "in": ["order"]}, partition_by=["identity(kind)", "hour(at)"],
)  # fmt: skip
_ASKED = ((b"type", b"order"), (b"more", None))


def order(name: str, **fields: Any) -> KafkaInput:
    of = {
        "order_id": name,
        "kind": "sale",
        "at": "2026-11-29T13:00:00Z",
        "amount": 1.25,
        "rate": 0.1,
        **fields,
    }
    return KafkaInput(json.dumps(of).encode(), name.encode(), _ASKED, 1_764_421_200_123)


ORDERS = (
    order("a", items=[{"sku": "x", "price": 1.5}, None], tags={"b": 1, "a": 2}, unknown=[1.10]),
    order("b", rate=-0.0),
    KafkaInput(None, b"a", _ASKED, -1),
    order("long"),
    KafkaInput(b"{}", b"not asked for", ((b"type", b"other"),), 5),
    order("c", kind="gift/à", at="1999-01-01T00:00:00Z"),
    order("d", kind="x=y", at="2126-11-29T13:00:00.000001Z"),
    KafkaInput(b'{"order_id":1,"kind":"", "at":"x"}', None, (*_ASKED, (b"n\xff", b"v")), 2**62),
    order("e", at=None),
)
