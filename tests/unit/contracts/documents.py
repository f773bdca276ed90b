"""Documents for tests: a small one with whatever a test is about put into it."""

from __future__ import annotations

from typing import Any

from waybill_contracts.by_hand import RecordByHand, by_the_auditor, by_the_fast_paths, by_the_judge
from waybill_contracts.document import ContractDocument, parse_document
from waybill_contracts.document.canonical_form import canonical_bytes
from waybill_contracts.judging import FolderWindow, KafkaInput

Json = dict[str, Any]

ORDERS: Json = {
    "contract": 1, "stream": "orders", "version": 3, "id": ["order_id"], "time": "created_at",
    "value": {"format": "json"}, "key": {"format": "text"}, "headers": False,
    "duplicates": "dead", "extra": "keep", "ignore": ["/source"], "tombstones": "dead",
    "partition_by": ["day(created_at)"],
    "schema": {"type": "struct", "schema-id": 0, "fields": [
        {"id": 1, "name": "order_id", "type": "string", "required": True},
        {"id": 2, "name": "amount", "type": "decimal(18, 2)", "required": False},
        {"id": 3, "name": "created_at", "type": "timestamptz", "required": True}]},
    "fields": {
        "1": {"rules": {"maxLength": 36}},
        "2": {"wire": "string", "from": "/total/amount"},
        "3": {"wire": "epoch_ms"}},
}  # fmt: skip
"""contract1's own example (section 1)."""


def field(at: int, name: str, kind: Any, *, required: bool = False) -> Json:
    return {"id": at, "name": name, "type": kind, "required": required}


def struct_of(*fields: Json) -> Json:
    return {"type": "struct", "fields": [*fields]}


def list_of(at: int, kind: Any, *, required: bool = False) -> Json:
    return {"type": "list", "element-id": at, "element": kind, "element-required": required}


def map_of(key: int, at: int, kind: Any, *, required: bool = False) -> Json:
    return {
        "type": "map", "key-id": key, "key": "string", "value-id": at, "value": kind, "value-required": required,
    }  # fmt: skip


def raw(*fields: Json, entries: Json | None = None, **members: Any) -> Json:
    """The document as a tree. A member of ``None`` is left out."""
    found: Json = {
        "contract": 1, "stream": "s", "version": 1, "value": {"format": "json"}, "headers": False,
        "duplicates": "dead", "extra": "dead", "tombstones": "dead", "partition_by": [],
        "schema": {"type": "struct", "schema-id": 0, "fields": [*fields]}, "fields": entries or {},
    }  # fmt: skip
    return {name: one for name, one in (found | members).items() if one is not None}


def document(*fields: Json, entries: Json | None = None, **members: Any) -> ContractDocument:
    return parse_document(canonical_bytes(raw(*fields, entries=entries, **members)))


def of_type(kind: Any, *, required: bool = False, nested: bool = False, **entry: Any) -> ContractDocument:
    """One column ``v``; nested, the value stands in a list, in a map, in a struct."""
    entries = {"1": entry} if entry else {}
    if not nested:
        return document(field(1, "v", kind, required=required), entries=entries)
    inner = struct_of(field(1, "v", kind, required=required))
    return document(field(2, "outer", list_of(3, map_of(4, 5, inner))), entries=entries)


def meaning(name: str, **more: Any) -> Any:
    """What an entry says of a string that means something else: ``as`` is no name in Python."""
    return {"as": name, **more}


def verdict(of: ContractDocument, value: bytes | str | None, **more: Any) -> Any:
    """The values of a row, the reasons of a dead letter as pairs, or ``skipped``: the judges and fast paths agree."""
    text = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
    record = RecordByHand(KafkaInput(text, **more), FolderWindow())
    said = by_the_judge(of)(record)
    assert by_the_auditor(of)(record) == said
    assert [*by_the_fast_paths(of)([record, record])] == [said, said]
    if said["verdict"] == "dead":
        return [(path, code) for path, code in said["reasons"]]
    return said.get("values", "skipped")


def value_of(of: ContractDocument, token: str) -> Any:
    """The value of ``v``, or the code that was told of it."""
    if "v" in of.columns:
        found = verdict(of, f'{{"v":{token}}}')
        return found["v"] if isinstance(found, dict) else _code(found, "/v")
    found = verdict(of, f'{{"outer":[{{"k":{{"v":{token}}}}}]}}')
    return found["outer"][0][0][1]["v"] if isinstance(found, dict) else _code(found, "/outer/0/k/v")


def _code(found: list[tuple[str, str]], path: str) -> str:
    assert [one for one, _ in found] == [path]
    return f"!{found[0][1]}"
