"""The contract that a run is given: what is refused is refused before anything is written, with the remedy."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from unit.contracts.documents import ORDERS, Json

from waybill_common.contract import BoundContract, Contract, Registry
from waybill_common.errors import ContractUnknown, SettingsRefused
from waybill_common.settings import StreamSettings
from waybill_contracts.document.canonical_form import canonical_bytes
from waybill_contracts.stream_contract import contracts_of
from waybill_streams.names import NAMES


def given(folder: Path, text: bytes, name: str = "orders") -> Registry[BoundContract]:
    path = folder / "contract.json"
    path.write_bytes(text)
    return contracts_of(StreamSettings(name=name, contract=str(path)))


def test_without_a_document_it_is_the_packaged_one() -> None:
    assert contracts_of(StreamSettings()).contracts == (NAMES,)


def test_a_stream_that_nobody_brings_along_needs_a_document() -> None:
    with pytest.raises(SettingsRefused, match=r"stream\.name is orders"):
        contracts_of(StreamSettings(name="orders"))


def test_a_document_is_the_contract_of_its_stream(tmp_path: Path) -> None:
    text = canonical_bytes(ORDERS)
    found = given(tmp_path, text)
    assert found.contracts == (BoundContract("orders", 3, text),)
    assert found.current.partition_by == ("day(created_at)",)
    assert found.current.has_window


def test_it_travels_to_workers_as_its_document_and_is_the_same_there(tmp_path: Path) -> None:
    own = given(tmp_path, canonical_bytes(ORDERS)).current
    assert own.partition_by
    there = pickle.loads(pickle.dumps(own))  # noqa: S301  # our own
    assert (there, hash(there)) == (own, hash(own))


def test_the_document_of_a_packaged_contract_is_that_contract(tmp_path: Path) -> None:
    found = given(tmp_path, NAMES.document, "names")
    assert found.contracts == (NAMES,)
    assert isinstance(found.current, Contract)


def test_a_later_document_of_a_packaged_stream_stands_beside_what_is_packaged(tmp_path: Path) -> None:
    later = NAMES.document.replace(b'"version":1', b'"version":2')
    found = given(tmp_path, later, "names")
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


@pytest.mark.parametrize(
    ("text", "name", "error", "words"),
    [
        (b"{", "orders", SettingsRefused, "it is no JSON"),
        (canonical_bytes(ORDERS) + b"\n", "orders", SettingsRefused, "canonical form"),
        (canonical_bytes(another(extra="kept")), "orders", SettingsRefused, "Did you mean keep"),
        (canonical_bytes(ORDERS), "sales", SettingsRefused, "stream orders, stream.name is sales"),
        (canonical_bytes(AVRO), "orders", ContractUnknown, "registry"),
        (b" " * (16 * 2**20 + 1), "orders", SettingsRefused, "larger than"),
    ],
    ids=["no JSON", "not canonical", "a word", "another stream", "Avro", "too large"],
)
def test_what_no_run_can_go_by_is_refused(
    text: bytes, name: str, error: type[Exception], words: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=words):
        given(tmp_path, text, name)


@pytest.mark.parametrize("place", ["none.json", ".", "a\0b"], ids=["no file", "a folder", "no path"])
def test_a_file_that_can_not_be_read_is_named(place: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match="can't be read"):
        contracts_of(StreamSettings(name="orders", contract=str(tmp_path / place)))
