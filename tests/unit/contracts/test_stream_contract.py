"""The contract that a run is given: what is refused is refused before anything is written, with the remedy."""

from __future__ import annotations

import pickle

import pytest
from unit.contracts.documents import ORDERS, Json

from waybill_common.contract import BoundContract, Contract, Registry
from waybill_common.errors import ContractUnknown, SettingsRefused
from waybill_common.settings import NO_CONTRACT, StreamSettings
from waybill_contracts.document.canonical_form import canonical_bytes
from waybill_contracts.stream_contract import contracts_of
from waybill_streams.names import NAMES


def given(text: bytes, name: str = "orders") -> Registry[BoundContract]:
    return contracts_of(StreamSettings(name=name, contract=text))


@pytest.mark.parametrize("name", ["orders", "names"])
def test_a_folder_without_a_document_delivers_nothing(name: str) -> None:
    with pytest.raises(SettingsRefused, match=f"{name} has no folder with a contract.json"):
        contracts_of(StreamSettings(name=name, contract=NO_CONTRACT))


def test_a_document_is_the_contract_of_its_stream() -> None:
    text = canonical_bytes(ORDERS)
    found = given(text)
    assert found.contracts == (BoundContract("orders", 3, text),)
    assert found.current.partition_by == ("day(created_at)",)
    assert found.current.has_window


def test_it_travels_to_workers_as_its_document_and_is_the_same_there() -> None:
    own = given(canonical_bytes(ORDERS)).current
    assert own.partition_by
    there = pickle.loads(pickle.dumps(own))  # noqa: S301  # our own
    assert (there, hash(there)) == (own, hash(own))


def test_the_document_of_a_packaged_contract_is_that_contract() -> None:
    found = given(NAMES.document, "names")
    assert found.contracts == (NAMES,)
    assert isinstance(found.current, Contract)


def test_a_later_document_of_a_packaged_stream_stands_beside_what_is_packaged() -> None:
    later = NAMES.document.replace(b'"version":1', b'"version":2')
    found = given(later, "names")
    assert [(one.version, isinstance(one, Contract)) for one in found.contracts] == [(1, True), (2, False)]
    assert found.carried(1, str(NAMES.old_fingerprint)) is NAMES
    assert not found.current.is_named(2, str(NAMES.old_fingerprint))


def another(**members: object) -> Json:
    return {name: one for name, one in (ORDERS | members).items() if one is not None}


AVRO = another(
    value={"format": "avro", "registry": "default"},
    extra="dead",
    ignore=None,
    fields={"1": {"rules": {"maxLength": 36}}},
)


OF_GLUE = AVRO | {"value": {"format": "avro", "registry": "default", "frame": "glue"}}


@pytest.mark.parametrize(
    ("text", "name", "error", "words"),
    [
        (b"{", "orders", SettingsRefused, "it is no JSON"),
        (canonical_bytes(ORDERS) + b"\n", "orders", SettingsRefused, "canonical form"),
        (canonical_bytes(another(extra="kept")), "orders", SettingsRefused, "Did you mean keep"),
        (canonical_bytes(ORDERS), "sales", SettingsRefused, "of stream orders"),
        (canonical_bytes(AVRO), "orders", ContractUnknown, "name the records' frame, or put the schema"),
        (canonical_bytes(OF_GLUE), "orders", ContractUnknown, r"Remedy: put the schema .* --frame glue"),
    ],
    ids=["no JSON", "not canonical", "a word", "another stream", "Avro", "Avro of Glue"],
)
def test_what_no_run_can_go_by_is_refused(text: bytes, name: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        given(text, name)
