"""Ledgers of format 3, and those that went over to it: which are sound, and what is said about the others."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from unit.ops.ledgers import resealed, sound
from unit.ops.ledgers3 import edited3, sound3
from unit.ops.test_chain import read

from waybill_common.errors import ContractUnknown
from waybill_ops.audit.findings import Code

EXAMPLE = Path(__file__).parents[3] / "examples" / "audit.py"
Change = Callable[[dict[str, Any]], object]


def first_object(fields: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = fields["splits"][0]["data"][0]
    return found


@pytest.mark.parametrize("first", [2, 3])
def test_a_ledger_that_goes_over_to_format_3_is_sound(first: int, tmp_path: Path) -> None:
    ledger = read(sound3(first), tmp_path, b'{"number": 4}')
    assert ledger.findings == []
    assert (ledger.format, ledger.origin, ledger.frontier) == (3, {0: 10}, {0: 50, 1: 1200})
    assert sum(one.rows for one in ledger.objects.values()) == ledger.counts.rows + ledger.counts.dead


def test_the_format_of_a_ledger_is_its_highest(tmp_path: Path) -> None:
    assert read(sound(), tmp_path).format == 1
    assert read({}, tmp_path / "other").format is None


@pytest.mark.parametrize(
    ("number", "kind", "change", "code"),
    [
        (2, "manifest", lambda f: f.update(origin={"0": 11}), Code.CHAIN_BROKEN),
        (4, "manifest", lambda f: f.update(origin={"0": 10}), Code.CHAIN_BROKEN),
        (4, "manifest", lambda f: f.update(origin={"0": 10, "1": 5}), Code.CHAIN_BROKEN),
        (2, "receipt", lambda f: f.update(format=1), Code.ENTRY_UNREADABLE),
        (2, "receipt", lambda f: f.update(skipped=1), Code.COMMIT_INCONSISTENT),
        (2, "receipt", lambda f: f.update(tombstones=1), Code.COMMIT_INCONSISTENT),
        (2, "receipt", lambda f: f["splits"][0].update(tombstones=99), Code.COMMIT_INCONSISTENT),
        (2, "receipt", lambda f: f["splits"][0].update(skipped=1), Code.COMMIT_INCONSISTENT),
        (2, "receipt", lambda f: f["splits"][0].update(raw_bytes=1), Code.COMMIT_INCONSISTENT),
        (2, "receipt", lambda f: f["splits"][0].update(raw_bytes=10**6), Code.COMMIT_INCONSISTENT),
        (2, "receipt", lambda f: first_object(f).update(raw_bytes=1), Code.COMMIT_INCONSISTENT),
        (2, "receipt", lambda f: first_object(f).update(partition=["2026-11-23"]), Code.COMMIT_INCONSISTENT),
        (2, "receipt", lambda f: first_object(f).update(partition=[]), Code.COMMIT_INCONSISTENT),
        (2, "receipt", lambda f: first_object(f).update(time=None), Code.COMMIT_INCONSISTENT),
        (2, "receipt", lambda f: first_object(f)["offsets"].update(first=0), Code.COMMIT_INCONSISTENT),
        (2, "receipt", lambda f: first_object(f)["offsets"].update(last=40), Code.COMMIT_INCONSISTENT),
        (2, "receipt", lambda f: first_object(f)["offsets"].update(last=21), Code.COMMIT_INCONSISTENT),
        (2, "receipt", lambda f: f["recent"].update(records=5), Code.COMMIT_INCONSISTENT),
        (2, "receipt", lambda f: f["recent"].update(dead=5), Code.COMMIT_INCONSISTENT),
        (4, "receipt", lambda f: f["recent"].update(records=1208), Code.COMMIT_INCONSISTENT),
        (2, "receipt", lambda f: f["contract"].update(version=2), Code.COMMIT_INCONSISTENT),
        (2, "receipt", lambda f: f["contract"].update(document="0" * 64), Code.COMMIT_INCONSISTENT),
        (2, "receipt", lambda f: f.update(schemas={"confluent:1": "0" * 64}), Code.COMMIT_INCONSISTENT),
        (2, "receipt", lambda f: f["layout"].update(window=["a", "b"]), Code.COMMIT_INCONSISTENT),
        (2, "receipt", lambda f: f.update(accept_dead=True), Code.COMMIT_INCONSISTENT),
        (2, "receipt", lambda f: f.update(accept_dead=1), Code.ENTRY_UNREADABLE),
        (2, "receipt", lambda f: f.update(recent=[1, 2]), Code.ENTRY_UNREADABLE),
        (2, "receipt", lambda f: f["recent"].update(more=1), Code.ENTRY_UNREADABLE),
        (2, "receipt", lambda f: f.pop("recent"), Code.ENTRY_UNREADABLE),
        (2, "receipt", lambda f: first_object(f).pop("time"), Code.ENTRY_UNREADABLE),
        (2, "receipt", lambda f: first_object(f).update(offsets={"first": 0, "last": 2**63}), Code.ENTRY_UNREADABLE),
        (2, "manifest", lambda f: f.pop("origin"), Code.ENTRY_UNREADABLE),
        (2, "manifest", lambda f: f["layout"].pop("window"), Code.ENTRY_UNREADABLE),
        (3, "manifest", lambda f: f.update(after={"0": 41}), Code.COMMIT_INCONSISTENT),
    ],
)  # fmt: skip
def test_an_edited_entry_is_found_though_every_checksum_after_it_was_recomputed(
    number: int, kind: str, change: Change, code: Code, tmp_path: Path
) -> None:
    ledger = read(edited3(number, kind, change), tmp_path)
    assert (code, f"_waybill/{number:020d}.{kind}.json") in [(one.code, one.where) for one in ledger.findings]


def accepted(*changes: tuple[int, str, Change]) -> dict[tuple[int, str], bytes]:
    """Commit 3, which moves nothing, accepts dead letters; so commit 4 counts anew."""
    bodies = sound3()
    four = json.loads(bodies[4, "receipt"])
    recent = {"records": four["rows"] + four["dead"], "dead": four["dead"]}
    accepts: tuple[tuple[int, str, Change], ...] = (
        (3, "manifest", lambda f: f.update(accept_dead=True)),
        (3, "receipt", lambda f: f.update(accept_dead=True)),
        (4, "receipt", lambda f: f.update(recent=recent)),
    )
    for number, kind, change in (*accepts, *changes):
        fields = json.loads(bodies[number, kind])
        change(fields)
        bodies[number, kind] = json.dumps(fields, indent=2).encode()
    return resealed(bodies)


def test_a_commit_that_accepts_dead_letters_and_moves_nothing_is_sound(tmp_path: Path) -> None:
    assert read(accepted(), tmp_path, b'{"number": 4}').findings == []


@pytest.mark.parametrize(
    ("number", "kind", "change", "where"),
    [
        (3, "manifest", lambda f: f.update(accept_dead=False), 3),
        (3, "receipt", lambda f: f.update(accept_dead=False), 3),
        (4, "receipt", lambda f: f.update(recent=json.loads(sound3()[4, "receipt"])["recent"]), 4),
        (3, "receipt", lambda f: f.update(recent={"records": 0, "dead": 0}), 3),
    ],
    ids=["not in the manifest", "not in the receipt", "counted on", "begun anew too soon"],
)
def test_an_altered_acceptance_is_found(
    number: int, kind: str, change: Change, where: int, tmp_path: Path
) -> None:
    found = read(accepted((number, kind, change)), tmp_path, b'{"number": 4}').findings
    assert (Code.COMMIT_INCONSISTENT, f"_waybill/{where:020d}.receipt.json") in [
        (one.code, one.where) for one in found
    ]


@pytest.mark.parametrize(
    ("changes", "sound"),
    [
        ((), True),
        (((3, "receipt", lambda f: f.update(accept_dead=False)),), False),
        (((4, "receipt", lambda f: f["recent"].update(dead=0)),), False),
        (((4, "receipt", lambda f: f.update(recent=json.loads(sound3()[4, "receipt"])["recent"])),), False),
    ],
    ids=["as it was", "not in the receipt", "fewer", "counted on"],
)
def test_the_example_knows_the_rules_of_acceptance(
    changes: tuple[tuple[int, str, Change], ...], *, sound: bool
) -> None:
    chain = runpy.run_path(str(EXAMPLE))["Chain"]()
    bodies, right = accepted(*changes), []
    for number in (1, 2, 3, 4):
        manifest, receipt = (json.loads(bodies[number, kind]) for kind in ("manifest", "receipt"))
        right.append(chain.takes_manifest(manifest))
        chain.sha256 = sha256(bodies[number, "manifest"]).hexdigest()
        right.append(chain.takes_receipt(receipt, manifest, b""))
        chain.sha256 = sha256(bodies[number, "receipt"]).hexdigest()
    assert all(right) is sound


def test_a_receipt_of_another_format_than_its_manifest_is_found(tmp_path: Path) -> None:
    bodies = {**sound3(), (1, "receipt"): sound3(3)[1, "receipt"]}
    found = [(one.code, one.where[9:40]) for one in read(bodies, tmp_path).findings]
    assert (Code.COMMIT_INCONSISTENT, f"{1:020d}.receipt.json"[:31]) in found


def test_a_ledger_that_goes_back_to_an_older_format_is_found(tmp_path: Path) -> None:
    new, old = sound3(3), sound()
    bodies = {**new, **{key: old[3, key[1]] for key in ((4, "manifest"), (4, "receipt"))}}
    found = [(one.code, one.where) for one in read(bodies, tmp_path).findings]
    assert (Code.FORMAT_WENT_BACK, f"_waybill/{4:020d}.manifest.json") in found
    assert (Code.FORMAT_WENT_BACK, f"_waybill/{4:020d}.receipt.json") in found


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("manifest", lambda f: f.update(format=4)),
        ("receipt", lambda f: f.update(format=4)),
        ("receipt", lambda f: (f.clear(), f.update(format=10**30, anything=[]))),
        ("manifest", lambda f: f["layout"].update(window=["2026-11-22", "2026-11-23"])),
        ("manifest", lambda f: f["layout"].update(partition_by=["hour(produced_at)"])),
        ("manifest", lambda f: f.update(schemas={"confluent:1": "0" * 64})),
    ],
    ids=["manifest", "receipt", "nothing_else", "window", "partition_by", "schemas"],
)
def test_what_a_later_release_wrote_is_refused_before_anything_is_judged(
    kind: str, change: Change, tmp_path: Path
) -> None:
    bodies = sound3()
    fields = json.loads(bodies[4, kind])
    change(fields)
    with pytest.raises(ContractUnknown, match="a later one"):
        read({**bodies, (4, kind): json.dumps(fields).encode()}, tmp_path)


def test_names_below_the_ledger_are_those_of_the_format(tmp_path: Path) -> None:
    ledger = tmp_path / "names" / "_waybill"
    for name in (
        "contracts/" + "0" * 64 + ".json",
        "audits/x",
        "probes/1",
        f"{1:020d}.schemas.json",
        "x.json#1",
    ):
        (ledger / name).parent.mkdir(parents=True, exist_ok=True)
        (ledger / name).write_bytes(b"{}")
    (ledger / "notes.txt").write_bytes(b"")
    for (number, kind), body in sound3().items():
        (ledger / f"{number:020d}.{kind}.json").write_bytes(body)
    found = read_again(tmp_path)
    assert [(one.code, one.where, one.code.fails) for one in found] == [
        (Code.UNKNOWN_NAME, "_waybill/notes.txt", False)
    ]
    (ledger / "changes").mkdir()
    (ledger / "changes" / f"{1:020d}.intent.json").write_bytes(b"{}")
    with pytest.raises(ContractUnknown, match="changes"):
        read_again(tmp_path)


def read_again(folder: Path) -> list[Any]:
    from waybill_common.settings import LakeSettings
    from waybill_ops.audit.lake_reader import LakeReader
    from waybill_ops.audit.ledger_files import read_ledger

    return read_ledger(LakeReader(LakeSettings(url=str(folder)), "names")).findings
