"""Documents as the auditor reads them: what a later release wrote, and what is no document, are told apart."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.contracts.documents import ORDERS, Json, field, raw
from unit.contracts.generated import Maker
from unit.ops.orders import ORDER

from waybill_common.errors import ContractUnknown
from waybill_contracts.document import DocumentRefused, parse_document
from waybill_contracts.document.canonical_form import canonical_bytes
from waybill_ops.audit.audited_documents import NoDocument, read_contract
from waybill_streams.names import NAMES

Change = Callable[[Json], object]


def read(document: bytes) -> Json:
    return read_contract(document, sha256(document).hexdigest())


def of(change: Change, tree: Json | None = None) -> bytes:
    found = json.loads(json.dumps(tree or ORDERS))
    change(found)
    return canonical_bytes(found)


@pytest.mark.parametrize(
    "document", [NAMES.document, canonical_bytes(ORDERS), ORDER.text], ids=["names", "1", "2"]
)
def test_a_document_of_the_language_is_read(document: bytes) -> None:
    assert read(document) == json.loads(document)


@given(seed=st.integers(0, 2**32))
def test_every_document_that_the_writer_takes_is_read(seed: int) -> None:
    document = canonical_bytes(Maker(seed).document())
    assert read(document) == json.loads(document)


@pytest.mark.parametrize("frame", ["confluent", "apicurio", "confluent_header"])
def test_avro_by_a_registry_is_read_in_each_frame_that_has_its_ids(frame: str) -> None:
    tree = raw(field(1, "v", "long"), value={"format": "avro", "registry": "default", "frame": frame})
    assert read(canonical_bytes(tree)) == tree


LATER: dict[str, Change] = {
    "language": lambda d: d.update(contract=2),
    "member": lambda d: d.update(unions=[]),
    "avro": lambda d: d.update(value={"format": "avro", "registry": "default"}),
    "avro_of_glue": lambda d: d.update(value={"format": "avro", "registry": "default", "frame": "glue"}),
    "format": lambda d: d.update(value={"format": "xml"}),
    "frame": lambda d: d.update(value={"format": "json", "frame": "other"}),
    "key_format": lambda d: d.update(key={"format": "avro"}),
    "key_member": lambda d: d["key"].update(more=1),
    "tombstones": lambda d: d.update(tombstones="skip"),
    "extra": lambda d: d.update(extra="map"),
    "duplicates": lambda d: d.update(duplicates="first"),
    "type": lambda d: d["schema"]["fields"][0].update(type="variant"),
    "decimal": lambda d: d["schema"]["fields"][1].update(type="decimal(39, 2)"),
    "field_member": lambda d: d["schema"]["fields"][0].update(default=1),
    "nested": lambda d: d["schema"]["fields"][0].update(type={"type": "union"}),
    "as": lambda d: d["fields"]["1"].update({"as": "ip"}),
    "wire": lambda d: d["fields"]["2"].update(wire="scaled"),
    "entry_member": lambda d: d["fields"]["2"].update(unit="m"),
    "rule": lambda d: d["fields"]["1"]["rules"].update(multipleOf=2),
    "rule_of_another_type": lambda d: d["fields"]["2"].update(rules={"minLength": 2}),
    "partition": lambda d: d.update(partition_by=["month(created_at)"]),
    "select": lambda d: d.update(select={"topic": "a", "in": ["b"]}),
}


@pytest.mark.parametrize("what", LATER)
def test_a_word_that_the_language_lacks_is_a_later_releases(what: str) -> None:
    with pytest.raises(ContractUnknown, match="can't judge"):
        read(of(LATER[what]))


BROKEN: dict[str, bytes] = {
    "no_json": b"{",
    "no_utf8": b"\xff",
    "list": b"[]",
    "float": canonical_bytes(ORDERS).replace(b'"version":3', b'"version":3.5'),
    "space": canonical_bytes(ORDERS).replace(b":", b": ", 1),
    "order": json.dumps(dict(reversed(ORDERS.items())), separators=(",", ":")).encode(),
    "member": of(lambda d: d.pop("schema")),
    "version": of(lambda d: d.update(version="3")),
    "headers": of(lambda d: d.update(headers=1)),
    "value": of(lambda d: d.update(value=[])),
    "fields": of(lambda d: d.update(fields=[])),
    "no_columns": of(lambda d: d["schema"].update(fields=[])),
    "twice": of(lambda d: d["schema"]["fields"].append(d["schema"]["fields"][0])),
    "name": of(lambda d: d["schema"]["fields"][0].update(name="a b")),
    "id": of(lambda d: d.update(id=["nothing"])),
    "time": of(lambda d: d.update(time="amount")),
    "partition": of(lambda d: d.update(partition_by=["day(amount)"])),
    "partitions": of(lambda d: d.update(partition_by="day(created_at)")),
    "ignore": of(lambda d: d.update(ignore=[1])),
    "select": of(lambda d: d.update(select={"in": ["a"]})),
    "pattern": of(lambda d: d["fields"]["1"].update(rules={"pattern": "("})),
    "bound": of(lambda d: d["fields"]["2"].update(rules={"minimum": "much"})),
    "count": of(lambda d: d["fields"]["1"].update(rules={"maxLength": "3"})),
    "enum": of(lambda d: d["fields"]["1"].update(rules={"enum": [[]]})),
    "schema": of(lambda d: d.update(value={"format": "avro", "schema": '{"type": "recrd"}'}, extra="dead")),
    "text_of_two_columns": of(lambda d: d.update(value={"format": "text"})),
    "deep": b'{"contract":' + b"[" * 100_000,
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_no_document_is_neither_read_nor_raises_anything_else(what: str) -> None:
    with pytest.raises(NoDocument):
        read(BROKEN[what])
    with pytest.raises(DocumentRefused):
        parse_document(BROKEN[what])


@given(seed=st.integers(0, 2**32), data=st.data())
def test_one_change_of_a_document_raises_nothing_else(seed: int, data: st.DataObject) -> None:
    """And what the writer takes the auditor takes too."""
    tree = json.loads(json.dumps(Maker(seed).document()))  # of its own: the maker's parts are shared
    places = [*_places(tree)]
    at, key = data.draw(st.sampled_from(places))
    at[key] = data.draw(
        st.sampled_from([None, 0, -1, True, "", "x", [], {}, [1], {"a": 1}, "json", "a" * 300])
    )
    document = canonical_bytes(tree)
    try:
        parse_document(document)
    except DocumentRefused:
        is_one = False
    else:
        is_one = True
    try:
        read(document)
    except (NoDocument, ContractUnknown):
        assert not is_one, document


def _places(value: Any) -> Any:
    """Each member and item, as its container and its key."""
    for key, one in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        yield value, key
        yield from _places(one)
