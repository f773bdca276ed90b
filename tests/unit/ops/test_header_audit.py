"""A dataset of Avro whose ids are in headers closes under the audit, which reads them with code of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from registry_server import TestRegistry, running
from unit.delivery.registry_world import DATUM, RENAMED, SCHEMA, RegistryDataset, contract, framed
from unit.ops.audited import audit_of
from unit.ops.documented import Dataset
from unit.ops.test_example_documented import said_of

from waybill_common.contract import SchemaDocument
from waybill_contracts.judging import KafkaInput, header_value
from waybill_ops.audit.findings import Code

DOCS = Path(__file__).parents[3] / "docs" / "schemas"
FIRST, SECOND = f"{1:020d}", f"{2:020d}"
GUID, LATE = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
VALUE, KEY = "__value_schema_id", "__key_schema_id"
NUMBER, DIGEST = header_value(7), header_value(GUID)
RECORDS: list[tuple[bytes | None, list[tuple[str, bytes | None]], str | None]] = [
    (DATUM, [(VALUE, NUMBER)], "Item_12"),
    (DATUM, [(VALUE, DIGEST)], None),
    (DATUM, [(VALUE, DIGEST), ("a", b"b"), (VALUE, NUMBER)], "Item_12"),
    (DATUM, [(VALUE, NUMBER), (VALUE, None)], "bad_frame"),
    (DATUM, [(KEY, NUMBER)], "bad_frame"),
    (framed(7), [], "bad_frame"),
    (DATUM, [(VALUE, DIGEST + b"\x00")], "bad_frame"),
    (DATUM, [(VALUE, header_value(LATE))], "unknown_schema"),
    (DATUM, [(VALUE, header_value(3))], "not_avro"),
    (framed(7), [(VALUE, NUMBER)], "not_avro"),
    (None, [(VALUE, NUMBER)], "null_value"),
]
LATER = [(DATUM, [(VALUE, header_value(LATE))], "Item_12"), (DATUM, [(VALUE, DIGEST)], None)]


@pytest.fixture
def registry() -> Iterator[TestRegistry]:
    with running() as one:
        one.put(7, SCHEMA)
        one.put(9, RENAMED, guid=GUID)
        one.put(3, "{}", "PROTOBUF")
        yield one


@pytest.fixture
def dataset(registry: TestRegistry, tmp_path: Path) -> RegistryDataset:
    """Two commits; in the first of them the registry lagged."""
    made = RegistryDataset(tmp_path, registry, contract("confluent_header", extra="ignore", id=None))
    made.values = [value for value, _, _ in RECORDS]
    made.headers = [headers for _, headers, _ in RECORDS]
    made.run()
    registry.put(12, SCHEMA, guid=LATE)
    made.values += [value for value, _, _ in LATER]
    made.headers += [headers for _, headers, _ in LATER]
    made.run()
    return made


def log_of(dataset: RegistryDataset) -> dict[tuple[int, int], KafkaInput]:
    return {
        (0, at): KafkaInput(
            value,
            headers=tuple((name.encode(), one) for name, one in dataset.headers[at]),
            timestamp=1_700_000_000_000,
        )
        for at, value in enumerate(dataset.values)
    }


def codes(dataset: RegistryDataset, log: dict[tuple[int, int], KafkaInput]) -> set[Code]:
    return {one.code for one in audit_of(dataset.folder, "orders", log, {0: len(dataset.values)})}


def test_what_was_delivered_closes_though_the_registry_is_gone(
    dataset: RegistryDataset, registry: TestRegistry
) -> None:
    registry.every = (503, b"")
    registry.asked.clear()
    assert dataset.outcome() == {at: said for at, (_, _, said) in enumerate((*RECORDS, *LATER))}
    assert codes(dataset, log_of(dataset)) == set()
    assert registry.asked == []


@pytest.mark.parametrize(
    "name", [f"{FIRST}.schemas.json", f"{SECOND}.manifest.json", f"{SECOND}.receipt.json"]
)
def test_entries_are_what_their_schemas_say(name: str, dataset: RegistryDataset) -> None:
    schema = json.loads((DOCS / f"{name.split('.')[1]}.schema.json").read_text())
    entry = dataset.entry(name)
    Draft202012Validator(schema).validate(entry)
    assert all(one.startswith("confluent_header:") for one in entry["schemas"])


@pytest.mark.parametrize(
    ("at", "header", "found"),
    [
        (0, DIGEST, {Code.ROW_ALTERED}),
        (0, NUMBER + b"\x00", {Code.MISJUDGED}),
        (3, NUMBER, {Code.MISJUDGED}),
        (7, NUMBER, {Code.MISJUDGED}),
        (11, NUMBER, set()),
    ],
    ids=[
        "another schema",
        "no id",
        "an id where there was none",
        "a known id",
        "another id of the same schema",
    ],
)
def test_the_auditor_goes_by_the_headers(
    at: int, header: bytes, found: set[Code], dataset: RegistryDataset
) -> None:
    log = log_of(dataset)
    record = log[0, at]
    log[0, at] = KafkaInput(record.value, headers=((VALUE.encode(), header),), timestamp=record.timestamp)
    assert codes(dataset, log) == found


def test_another_meaning_of_a_guid_in_the_lake_is_found(dataset: RegistryDataset) -> None:
    path = dataset.folder / "orders/_waybill" / f"{FIRST}.schemas.json"
    said = json.loads(path.read_text())
    said["schemas"][f"confluent_header:{GUID}"] = SchemaDocument("AVRO", SCHEMA).sha256
    path.write_text(json.dumps(said))
    assert Code.COMMIT_INCONSISTENT in codes(dataset, log_of(dataset))


def test_a_name_that_is_none_is_found(dataset: RegistryDataset) -> None:
    path = dataset.folder / "orders/_waybill" / f"{FIRST}.schemas.json"
    said = json.loads(path.read_text())
    said["schemas"][f"confluent_header:{GUID.upper()}"] = None
    path.write_text(json.dumps(said))
    assert Code.SCHEMA_ALTERED in codes(dataset, log_of(dataset))


def test_the_example_closes_too(dataset: RegistryDataset, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Dataset(dataset.folder, stream="orders", log=log_of(dataset))
    told.ends[0] = len(dataset.values)
    assert said_of(told, monkeypatch) == []
