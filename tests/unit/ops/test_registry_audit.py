"""A dataset of Avro by a registry closes under the audit, which has the lake alone; each change of it is found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from registry_server import TestRegistry, running
from unit.delivery.registry_world import (
    RENAMED,
    SCHEMA,
    TRADES,
    Killed,
    RegistryDataset,
    contract,
    framed,
)
from unit.ops.audited import audit_of
from unit.ops.documented import Dataset
from unit.ops.test_example_documented import said_of

from waybill_common.contract import SchemaDocument
from waybill_contracts.judging import KafkaInput
from waybill_ops.audit.findings import Code, Finding

DOCS = Path(__file__).parents[3] / "docs" / "schemas"
FIRST, SECOND = f"{1:020d}", f"{2:020d}"
MILLIS = 1_700_000_000_000


@pytest.fixture
def registry() -> Iterator[TestRegistry]:
    with running() as one:
        one.put(7, SCHEMA)
        one.put(9, RENAMED)
        one.put(3, "{}", "PROTOBUF")
        yield one


@pytest.fixture
def dataset(registry: TestRegistry, tmp_path: Path) -> RegistryDataset:
    """Two commits; in the first of them the registry lagged."""
    made = RegistryDataset(tmp_path, registry, contract(extra="ignore", id=None))
    made.values = [framed(7), framed(12), framed(3), b"none", None, framed(2**32 - 1)]
    made.run()
    registry.put(12, SCHEMA)
    made.values += [framed(12), framed(9), framed(7), framed(13)]
    made.run()
    return made


def findings(dataset: RegistryDataset) -> list[Finding]:
    log = {(0, at): KafkaInput(value, timestamp=MILLIS) for at, value in enumerate(dataset.values)}
    return audit_of(dataset.folder, "orders", log, {0: len(dataset.values)})


def codes(dataset: RegistryDataset) -> set[Code]:
    return {one.code for one in findings(dataset)}


def ledger(dataset: RegistryDataset, name: str) -> Path:
    return dataset.folder / "orders/_waybill" / name


def test_what_was_delivered_closes_though_the_registry_is_gone(
    dataset: RegistryDataset, registry: TestRegistry
) -> None:
    registry.every = (503, b"")
    registry.asked.clear()
    assert findings(dataset) == []
    assert registry.asked == []
    assert dataset.outcome() == {
        0: "Item_12",
        1: "unknown_schema",
        2: "not_avro",
        3: "bad_frame",
        4: "null_value",
        5: "unknown_schema",
        6: "Item_12",
        7: None,
        8: "Item_12",
        9: "unknown_schema",
    }


def test_an_open_commit_and_its_object_are_no_finding(dataset: RegistryDataset) -> None:
    dataset.values.append(framed(9))
    with pytest.raises(Killed):
        dataset.run("closing")
    assert findings(dataset) == []


@pytest.mark.parametrize(
    "name", [f"{FIRST}.schemas.json", f"{FIRST}.manifest.json", f"{SECOND}.receipt.json"]
)
def test_entries_are_what_their_schemas_say(name: str, dataset: RegistryDataset) -> None:
    kind = name.split(".")[1]
    schema = json.loads((DOCS / f"{kind}.schema.json").read_text())
    Draft202012Validator(schema).validate(dataset.entry(name))


def edited(name: str, change: Callable[[dict[str, Any]], object]) -> Callable[[RegistryDataset], None]:
    def edit(dataset: RegistryDataset) -> None:
        path = ledger(dataset, name)
        fields = json.loads(path.read_text())
        change(fields)
        path.write_text(json.dumps(fields))

    return edit


def _resealed(change: Callable[[dict[str, Any]], object]) -> Callable[[RegistryDataset], None]:
    """The first commit's object changed, and whoever did it has corrected the receipt's word of it."""

    def edit(dataset: RegistryDataset) -> None:
        edited(f"{FIRST}.schemas.json", change)(dataset)
        body = ledger(dataset, f"{FIRST}.schemas.json").read_bytes()
        bound = json.loads(body)["schemas"]
        known = {name: sha256 for name, sha256 in bound.items() if sha256 is not None}
        sha256 = hashlib.sha256(body).hexdigest()
        edited(f"{FIRST}.receipt.json", lambda f: f.update(schemas=known, schemas_sha256=sha256))(dataset)
        receipt = hashlib.sha256(ledger(dataset, f"{FIRST}.receipt.json").read_bytes()).hexdigest()
        edited(f"{SECOND}.manifest.json", lambda f: f.update(previous_receipt=receipt, schemas=known))(
            dataset
        )
        manifest = hashlib.sha256(ledger(dataset, f"{SECOND}.manifest.json").read_bytes()).hexdigest()
        edited(f"{SECOND}.schemas.json", lambda f: f.update(manifest_sha256=manifest))(dataset)
        body = ledger(dataset, f"{SECOND}.schemas.json").read_bytes()
        more = {one: of for one, of in json.loads(body)["schemas"].items() if of is not None}
        second = hashlib.sha256(body).hexdigest()
        edited(
            f"{SECOND}.receipt.json",
            lambda f: f.update(manifest_sha256=manifest, schemas=known | more, schemas_sha256=second),
        )(dataset)

    return edit


RENAMED_SHA256 = SchemaDocument("AVRO", RENAMED).sha256
SCHEMA_SHA256 = SchemaDocument("AVRO", SCHEMA).sha256
CHANGES: dict[str, tuple[Callable[[RegistryDataset], object], Code]] = {
    "object gone": (lambda d: ledger(d, f"{FIRST}.schemas.json").unlink(), Code.COMMIT_INCONSISTENT),
    "object is none": (lambda d: ledger(d, f"{FIRST}.schemas.json").write_text("[]"), Code.SCHEMA_ALTERED),
    "object of another commit": (
        edited(f"{FIRST}.schemas.json", lambda f: f.update(number=2)),
        Code.SCHEMA_ALTERED,
    ),
    "object of another manifest": (
        edited(f"{FIRST}.schemas.json", lambda f: f.update(manifest_sha256="0" * 64)),
        Code.COMMIT_INCONSISTENT,
    ),
    "object says otherwise": (
        edited(f"{FIRST}.schemas.json", lambda f: f["schemas"].update({"confluent:7": RENAMED_SHA256})),
        Code.COMMIT_INCONSISTENT,
    ),
    "no names": (edited(f"{FIRST}.schemas.json", lambda f: f.update(schemas=[])), Code.SCHEMA_ALTERED),
    "names that are none": (
        edited(f"{FIRST}.schemas.json", lambda f: f["schemas"].update({"glue": None})),
        Code.SCHEMA_ALTERED,
    ),
    "receipt without its object": (
        edited(f"{SECOND}.receipt.json", lambda f: f.update(schemas_sha256=None)),
        Code.COMMIT_INCONSISTENT,
    ),
    "receipt forgets a schema": (
        edited(f"{SECOND}.receipt.json", lambda f: f["schemas"].pop("confluent:9")),
        Code.COMMIT_INCONSISTENT,
    ),
    "manifest forgets a schema": (
        edited(f"{SECOND}.manifest.json", lambda f: f["schemas"].pop("confluent:7")),
        Code.CHAIN_BROKEN,
    ),
    "schema gone": (lambda d: ledger(d, f"schemas/{SCHEMA_SHA256}.json").unlink(), Code.SCHEMA_ALTERED),
    "schema changed": (
        lambda d: ledger(d, f"schemas/{SCHEMA_SHA256}.json").write_bytes(SchemaDocument("AVRO", TRADES).body),
        Code.SCHEMA_ALTERED,
    ),
    "another meaning, everything resealed": (
        _resealed(lambda f: f["schemas"].update({"confluent:7": RENAMED_SHA256})),
        Code.ROW_ALTERED,
    ),
    "a null, everything resealed": (
        _resealed(lambda f: f["schemas"].update({"confluent:7": None})),
        Code.MISJUDGED,
    ),
    "a meaning for a null, everything resealed": (
        _resealed(lambda f: f["schemas"].update({"confluent:12": SCHEMA_SHA256})),
        Code.MISJUDGED,
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_each_change_is_found(what: str, dataset: RegistryDataset) -> None:
    change, code = CHANGES[what]
    change(dataset)
    assert code in codes(dataset)


@pytest.mark.parametrize("what", ["object is none", "names that are none", "schema gone", "schema changed"])
def test_where_a_schema_is_gone_its_records_are_not_judged(what: str, dataset: RegistryDataset) -> None:
    CHANGES[what][0](dataset)
    assert codes(dataset) <= {Code.SCHEMA_ALTERED, Code.COMMIT_INCONSISTENT}


def example_says(dataset: RegistryDataset, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    log = {(0, at): KafkaInput(value, timestamp=MILLIS) for at, value in enumerate(dataset.values)}
    told = Dataset(dataset.folder, stream="orders", log=log)
    told.ends[0] = len(dataset.values)
    return said_of(told, monkeypatch)


def test_the_example_follows_the_objects_too(
    dataset: RegistryDataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert example_says(dataset, monkeypatch) == []


@pytest.mark.parametrize(
    "what", ["object gone", "object says otherwise", "no names", "receipt forgets a schema"]
)
def test_the_example_finds_a_receipt_that_does_not_follow_its_object(
    what: str, dataset: RegistryDataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    CHANGES[what][0](dataset)
    assert example_says(dataset, monkeypatch)
