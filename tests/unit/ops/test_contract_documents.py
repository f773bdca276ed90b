"""The auditor's own reading of contracts' documents: which stand as they were, and which may follow which."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest
from unit.contracts.documents import field, raw
from unit.ops.ledgers import Bodies, resealed
from unit.ops.ledgers3 import sound3
from unit.ops.test_chain import read

import waybill_ops.cli
from waybill_contracts.document.canonical_form import canonical_bytes
from waybill_ops.audit.findings import Code

NOTHING = {"records": 0, "dead": 0}
ONE, TWO = b'{"version":1}', b'{"version":2}'


def under(*contracts: tuple[int, bytes]) -> Bodies:
    """A ledger of format 3 whose commits are of these versions and documents."""
    bodies = sound3(3)
    recent, before = NOTHING, None
    for number, (version, document) in enumerate(contracts, 1):
        named = sha256(document).hexdigest()
        contract = {"version": version, "fingerprint": f"sha256:{named}", "document": named}
        manifest, receipt = (json.loads(bodies[number, kind]) for kind in ("manifest", "receipt"))
        manifest["contract"] = receipt["contract"] = contract
        recent = recent if contract == before else NOTHING
        recent = {
            "records": recent["records"] + receipt["rows"] + receipt["dead"],
            "dead": recent["dead"] + receipt["dead"],
        }
        receipt["recent"], before = recent, contract
        bodies[number, "manifest"] = json.dumps(manifest).encode()
        bodies[number, "receipt"] = json.dumps(receipt).encode()
    return resealed(bodies)


def store(folder: Path, *documents: bytes, named: str | None = None) -> None:
    for document in documents:
        path = folder / "names/_waybill/contracts" / f"{named or sha256(document).hexdigest()}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(document)


def test_versions_that_only_rise_are_sound_beside_their_documents(tmp_path: Path) -> None:
    store(tmp_path, ONE, TWO, b"that nobody names")
    assert read(under((1, ONE), (1, ONE), (2, TWO), (2, TWO)), tmp_path).findings == []


@pytest.mark.parametrize("stored", [None, ONE + b"\n"], ids=["gone", "altered"])
def test_a_document_that_is_not_what_its_name_says_is_found(stored: bytes | None, tmp_path: Path) -> None:
    if stored is not None:
        store(tmp_path, stored, named=sha256(ONE).hexdigest())
    [found] = read(under(*[(1, ONE)] * 4), tmp_path).findings
    assert (found.code, found.where) == (
        Code.CONTRACT_ALTERED,
        f"_waybill/contracts/{sha256(ONE).hexdigest()}.json",
    )


@pytest.mark.parametrize(
    ("last", "said"),
    [((1, ONE), "of version 1, the receipt before it of 2"), ((2, ONE), "another document")],
    ids=["lower", "same version"],
)
def test_a_contract_that_may_not_follow_is_found(last: tuple[int, bytes], said: str, tmp_path: Path) -> None:
    store(tmp_path, ONE, TWO)
    [found] = read(under((1, ONE), (2, TWO), (2, TWO), last), tmp_path).findings
    assert (found.code, found.where[9:29]) == (Code.CHAIN_BROKEN, f"{4:020d}")
    assert said in found.detail


def test_a_fingerprint_that_is_not_the_documents_is_unreadable(tmp_path: Path) -> None:
    bodies = under(*[(1, ONE)] * 4)
    fields = json.loads(bodies[4, "receipt"])
    fields["contract"]["fingerprint"] = "sha256:" + "0" * 64
    store(tmp_path, ONE)
    found = read(resealed({**bodies, (4, "receipt"): json.dumps(fields).encode()}), tmp_path).findings
    assert [one.code for one in found] == [Code.ENTRY_UNREADABLE]


@pytest.mark.parametrize(
    "document",
    [
        b'{"contract":2}',
        canonical_bytes(raw(field(1, "a", "int"), value={"format": "avro", "registry": "default"})),
    ],
    ids=["language", "avro"],
)
def test_a_contract_by_which_this_release_can_not_judge_needs_another_one(
    document: bytes, tmp_path: Path
) -> None:
    store(tmp_path, document)
    read(under(*[(1, document)] * 4), tmp_path)
    assert waybill_ops.cli.main(["verify", f"--lake.url={tmp_path}", "--stream.topic=names_topic"]) == 35
