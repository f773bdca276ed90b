"""Redrives of a stream whose contract is a document: sent is what the delivery will make a row of, and nothing else."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from unit.contracts.documents import field, raw
from unit.delivery.orders import bound, order, orders
from unit.delivery.registry_world import contract as registry_contract
from unit.ops.letters import letter

from waybill_common.errors import DeadLettersRefused
from waybill_ops.redrive.exact_json import WrittenNumber, load_exactly, spelled
from waybill_ops.redrive.patch import Patch
from waybill_ops.redrive.patching import PatchVerdict, consider

FRAME = b"\x00\x00\x00\x00\x07"
ORDERS = orders()


def patch(mend: Callable[[dict[str, Any]], Any]) -> Patch:
    return Patch(Path("patch.py"), "f" * 64, mend)


SAME = patch(lambda event: event)


def test_what_is_a_row_now_is_sent_with_its_own_key() -> None:
    found = consider(letter(value=order(1), headers=()), None, None, ORDERS)
    assert (found.verdict, found.value, found.key) == (PatchVerdict.SEND, order(1), b"key")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"value": b"{"}, "not_json"),
        ({"value": None}, "null_value"),
        ({"value": order(1), "key": b"\xff"}, "bad_key"),
        ({"value": order(1, total={"amount": "1.105"})}, "inexact"),
    ],
    ids=["value", "no value", "key", "field"],
)
def test_what_would_be_a_dead_letter_again_stays(changes: dict[str, Any], reason: str) -> None:
    found = consider(letter(headers=(), **changes), None, None, ORDERS)
    assert found.verdict is PatchVerdict.BROKEN
    assert found.dead is not None
    assert found.dead.reason == reason


def test_a_letter_of_which_only_the_timestamp_was_bad_is_sent() -> None:
    found = consider(letter(value=order(1), headers=(), timestamp=2**62), None, None, ORDERS)
    assert found.verdict is PatchVerdict.SEND


def test_headers_count_where_the_contract_keeps_them() -> None:
    odd = ((b"\xff", b""),)
    found = consider(letter(value=order(1), headers=odd), None, None, orders(headers=True))
    assert found.dead is not None
    assert found.dead.reason == "bad_headers"
    assert (
        consider(letter(value=order(1), headers=odd), None, None, ORDERS).verdict is PatchVerdict.UNSENDABLE
    )


def test_what_would_be_skipped_is_not_sent() -> None:
    asked = orders(select={"field": "kind", "in": ["order"]})
    assert consider(letter(value=order(1)), None, None, asked).verdict is PatchVerdict.UNSELECTED
    as_order = patch(lambda event: {**event, "kind": "order"})
    assert consider(letter(value=order(1), headers=()), None, as_order, asked).verdict is PatchVerdict.SEND


def test_a_patch_changes_what_it_changes_and_no_digit_beside_it() -> None:
    value = (
        b'{"order_id":"o-1","created_at":"later","weight":12345678901234567.10,"far":1e999,"n":-0.0,"big":'
        + (b"9" * 40 + b',"deep":[{"x":1.50}],"\xc3\xa9":"\\u00e9"}')
    )
    mended = patch(lambda event: {**event, "created_at": 5})
    found = consider(letter(value=value, headers=()), None, mended, ORDERS)
    assert found.verdict is PatchVerdict.SEND
    assert found.value is not None
    assert found.value == value.replace(b'"later"', b"5").replace(b'"\xc3\xa9":', b'"\\u00e9":')


def test_a_frame_stays() -> None:
    framed = orders(value={"format": "json", "frame": "confluent"})
    broken = FRAME + order(1, created_at=None)
    mended = patch(lambda event: {**event, "created_at": 5})
    found = consider(letter(value=broken, headers=()), None, mended, framed)
    assert found.value is not None
    assert found.value.startswith(FRAME + b"{")
    assert json.loads(found.value[5:])["created_at"] == 5
    assert consider(letter(value=order(1)), None, mended, framed).verdict is PatchVerdict.NO_EVENT


@pytest.mark.parametrize(
    "value", [b"\xff", b"[]", b"", None, b"[" * 100_000], ids=["bytes", "list", "empty", "null", "deep"]
)
def test_what_is_no_object_is_given_to_no_patch(value: bytes | None) -> None:
    assert consider(letter(value=value), None, SAME, ORDERS).verdict is PatchVerdict.NO_EVENT


def test_text_is_given_to_no_patch() -> None:
    lines = bound(raw(field(1, "line", "string", required=True), value={"format": "text"}))
    assert consider(letter(value=b"{}"), None, SAME, lines).verdict is PatchVerdict.NO_EVENT
    assert consider(letter(value=b"{}", headers=()), None, None, lines).verdict is PatchVerdict.SEND


@pytest.mark.parametrize(
    "returned", [{"a": {1}}, {1: 2}, [1], "x"], ids=["a set", "a number as name", "list", "text"]
)
def test_a_patch_that_returns_no_event_ends_the_run(returned: Any) -> None:
    with pytest.raises(DeadLettersRefused):
        consider(letter(value=order(1)), None, patch(lambda _: returned), ORDERS)


def test_a_number_can_be_reckoned_with_and_copied() -> None:
    found = load_exactly(b'{"a":1.10,"b":[1,null,true,"x"]}')
    assert found["a"] + 1 == pytest.approx(2.1)
    assert spelled(copy.deepcopy(found)) == '{"a":1.10,"b":[1,null,true,"x"]}'
    assert spelled({"a": found["a"] * 2}) == '{"a":2.2}'
    assert isinstance(copy.copy(found["a"]), WrittenNumber)


def test_a_letter_of_avro_is_sent_where_its_contract_takes_it_now_and_no_patch_is_given_one() -> None:
    schema = '{"type": "record", "name": "r", "fields": [{"name": "a", "type": "int"}]}'
    avro = bound(raw(field(1, "a", "int"), value={"format": "avro", "frame": "confluent", "schema": schema}))
    datum = letter(value=FRAME + b"\x02", headers=())
    found = consider(datum, None, None, avro)
    assert (found.verdict, found.value) == (PatchVerdict.SEND, FRAME + b"\x02")
    assert consider(datum, None, SAME, avro).verdict is PatchVerdict.NO_EVENT
    broken = consider(letter(value=FRAME + b"\x02\x00", headers=()), None, None, avro)
    assert broken.dead is not None
    assert (broken.verdict, broken.dead.detail) == (PatchVerdict.BROKEN, ": not_avro")


def test_letters_of_a_registrys_schemas_are_sent_and_judged_when_they_are_delivered() -> None:
    contract = registry_contract()
    sent = consider(letter(value=FRAME + b"\x00", headers=()), None, None, contract)
    assert (sent.verdict, sent.value) == (PatchVerdict.SEND, FRAME + b"\x00")
    broken = consider(letter(value=b"none", headers=()), None, None, contract)
    assert broken.dead is not None
    assert broken.dead.reason == "bad_frame"
    assert (
        consider(letter(value=FRAME + b"\x00", headers=()), None, SAME, contract).verdict
        is PatchVerdict.NO_EVENT
    )


def test_letters_with_ids_in_headers_keep_them_and_are_sent_where_they_have_one() -> None:
    contract = registry_contract("confluent_header")
    named = ((b"__value_schema_id", b"\x01" * 17), (b"h", None))
    sent = consider(letter(value=b"\x00", headers=named), None, None, contract)
    assert (sent.verdict, sent.value, sent.dead_letter.headers) == (PatchVerdict.SEND, b"\x00", named)
    for headers in ((), ((b"__value_schema_id", b"\x02"),), (*named, (b"__value_schema_id", None))):
        broken = consider(letter(value=FRAME + b"\x00", headers=headers), None, None, contract)
        assert broken.dead is not None
        assert broken.dead.detail == ": bad_frame looks like confluent"
