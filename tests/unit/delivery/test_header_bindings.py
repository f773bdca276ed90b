"""Ids in headers are bound as those before values are: once for each commit, and the lake alone says what they mean."""

from __future__ import annotations

import json
import re
import struct
import uuid
from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError
from registry_server import TestRegistry
from unit.delivery.registry_world import DATUM, RENAMED, SCHEMA, Killed, RegistryDataset, contract, framed
from unit.delivery.schema_datasets import FIRST, SECOND, registry, sha256

from waybill_common.contract import SchemaId
from waybill_common.errors import RegistryRefused, RegistryUnavailable
from waybill_common.ledger.writer_schemas import SchemaName
from waybill_contracts.judging import header_value
from waybill_ops.audit.writers_schemas import NAME

__all__ = ["registry"]

GUID, NOBODYS = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "00000000-0000-0000-0000-000000000000"
DOCS = Path(__file__).parents[3] / "docs" / "schemas"


@pytest.fixture
def dataset(registry: TestRegistry, tmp_path: Path) -> RegistryDataset:
    registry.put(4, RENAMED, guid=GUID)
    return RegistryDataset(tmp_path, registry, contract("confluent_header", extra="ignore"))


def add(dataset: RegistryDataset, *ids: SchemaId | None) -> None:
    """Records of the datum, each with a header that has the id."""
    for one in ids:
        dataset.values.append(DATUM)
        dataset.headers.append([("__value_schema_id", None if one is None else header_value(one))])


def test_both_kinds_of_ids_are_asked_for_and_bound_by_their_names(
    dataset: RegistryDataset, registry: TestRegistry
) -> None:
    add(dataset, 7, GUID, 7, None, NOBODYS)
    dataset.values += [DATUM, framed(7), None]
    receipt = dataset.run()
    assert dataset.outcome() == {
        0: "Item_12",
        1: None,
        2: "Item_12",
        3: "bad_frame",
        4: "unknown_schema",
        5: "bad_frame",
        6: "bad_frame",
        7: "null_value",
    }
    known = {"confluent_header:7": sha256(SCHEMA), f"confluent_header:{GUID}": sha256(RENAMED)}
    assert receipt.schemas == known
    assert dataset.entry(f"{FIRST}.schemas.json")["schemas"] == {
        **known,
        f"confluent_header:{NOBODYS}": None,
    }
    assert registry.asked == [
        "/schemas/ids/7",
        f"/schemas/guids/{NOBODYS}",
        f"/schemas/guids/{GUID}",
        f"/schemas/guids/{NOBODYS}",
    ]


def test_many_of_them_are_read_side_by_side(dataset: RegistryDataset) -> None:
    for _ in range(40):
        add(dataset, 7, GUID, 9)
    add(dataset, NOBODYS, None, NOBODYS, None, NOBODYS, None)
    dataset.rows_per_object = 63
    receipt = dataset.run()
    assert (receipt.rows, receipt.dead) == (120, 6)
    assert set(dataset.outcome()) == set(range(126))


def test_the_next_commit_knows_them_and_compares_them_with_the_registry(
    dataset: RegistryDataset, registry: TestRegistry
) -> None:
    add(dataset, 7, GUID)
    dataset.run()
    registry.asked.clear()
    add(dataset, GUID, 7)
    dataset.run()
    assert registry.asked == ["/schemas/ids/7", f"/schemas/guids/{GUID}"]
    assert dataset.entry(f"{SECOND}.schemas.json")["schemas"] == {}
    assert len(dataset.outcome()) == 4


def test_another_meaning_of_a_guid_ends_the_run_before_a_manifest(
    dataset: RegistryDataset, registry: TestRegistry
) -> None:
    add(dataset, 7, GUID)
    dataset.run()
    registry.guids.clear()
    add(dataset, GUID)
    with pytest.raises(RegistryRefused, match=f"id {GUID} meant the schema .* now none"):
        dataset.run()
    assert f"{SECOND}.manifest.json" not in dataset.files()
    dataset.keeps = True
    dataset.run()
    assert dataset.outcome() == {0: "Item_12", 1: None, 2: None}


@pytest.mark.parametrize("killed_at", ["carried", "bound", "closing"])
def test_a_driver_that_dies_anywhere_leaves_one_verdict(
    killed_at: str, dataset: RegistryDataset, registry: TestRegistry
) -> None:
    add(dataset, GUID, NOBODYS)
    with pytest.raises(Killed):
        dataset.run(killed_at)
    bound_before = f"{FIRST}.schemas.json" in dataset.files()
    registry.put(8, SCHEMA, guid=NOBODYS)
    registry.put(4, SCHEMA, guid=GUID)
    if bound_before:
        registry.every = (503, b"")
    dataset.run()
    assert dataset.outcome() == (
        {0: None, 1: "unknown_schema"} if bound_before else {0: "Item_12", 1: "Item_12"}
    )


def test_what_nobody_answers_for_may_be_accepted_as_unknown(
    dataset: RegistryDataset, registry: TestRegistry
) -> None:
    add(dataset, 7, GUID)
    registry.broken[GUID] = (503, b"busy")
    with pytest.raises(RegistryUnavailable, match="--accept-unknown-schemas"):
        dataset.run()
    assert dataset.objects() == []
    dataset.accepts_unknown = True
    assert set(dataset.run().schemas) == {"confluent_header:7"}
    assert dataset.outcome() == {0: "Item_12", 1: "unknown_schema"}


def test_a_registry_before_guids_leaves_the_commit_open(
    dataset: RegistryDataset, registry: TestRegistry
) -> None:
    registry.has_guids = False
    add(dataset, 7, GUID)
    with pytest.raises(RegistryRefused, match=r"older than GUIDs.*Commit 1 stays open"):
        dataset.run()
    registry.has_guids = True
    dataset.run()
    assert dataset.outcome() == {0: "Item_12", 1: None}


def test_a_schema_by_its_guid_is_read_with_those_that_it_refers_to(
    dataset: RegistryDataset, registry: TestRegistry
) -> None:
    whole = json.loads(SCHEMA)
    address = whole["fields"][4]["type"] | {"name": "ksql.address"}
    whole["fields"][4]["type"] = "ksql.address"
    registry.put(1, json.dumps(address), subject="address")
    registry.put(2, json.dumps(whole), references=[("ksql.address", "address", 1)], guid=GUID)
    add(dataset, GUID, 2)
    receipt = dataset.run()
    assert dataset.outcome() == {0: "Item_12", 1: "Item_12"}
    assert len({*receipt.schemas.values()}) == 1


def test_an_id_that_no_registry_can_give_is_asked_of_none(
    dataset: RegistryDataset, registry: TestRegistry
) -> None:
    add(dataset, 2**32 - 1, 2**31)
    dataset.run()
    assert dataset.outcome() == {0: "unknown_schema", 1: "unknown_schema"}
    assert registry.asked == []


def test_of_many_new_ids_numbers_come_before_guids(dataset: RegistryDataset, registry: TestRegistry) -> None:
    add(dataset, GUID, 7, *(number for number in range(2000, 2999)))
    dataset.rows_per_object = 500
    dataset.run()
    outcome = dataset.outcome()
    assert (outcome[0], outcome[1]) == ("unknown_schema", "Item_12")
    assert len(dataset.entry(f"{FIRST}.schemas.json")["schemas"]) == 1000
    assert not any("guids" in path for path in registry.asked)


NAMES = {
    "confluent_header:7": True,
    "confluent_header:0": True,
    f"confluent_header:{2**32 - 1}": True,
    f"confluent_header:{GUID}": True,
    "confluent:7": True,
    f"apicurio:{2**63 - 1}": True,
    "confluent_header:07": False,
    "confluent_header:": False,
    f"confluent_header:{2**40}": False,
    f"confluent_header:{GUID.upper()}": False,
    f"confluent_header:{GUID.replace('-', '')}": False,
    f"confluent_header:{GUID[:-1]}": False,
    f"confluent_header:{{{GUID}}}": False,
    "confluent_header:f8": False,
    "confluent_header:----": False,
    f"confluent:{GUID}": False,
    f"apicurio:{GUID}": False,
    "glue:7": False,
}


@pytest.mark.parametrize("name", NAMES)
def test_an_id_has_one_name_for_the_ledger_the_auditor_and_the_schemas(name: str) -> None:
    try:
        TypeAdapter(SchemaName).validate_python(name)
        taken = True
    except ValidationError:
        taken = False
    assert taken == NAMES[name]
    assert bool(NAME.fullmatch(name)) == NAMES[name]
    for kind in ("manifest", "receipt", "schemas"):
        [pattern] = set(
            re.findall(r'"pattern": "(\^\(\(confluent.*)"', (DOCS / f"{kind}.schema.json").read_text())
        )
        assert bool(re.search(pattern, name)) == NAMES[name]


def test_the_canonical_name_is_the_headers_bytes() -> None:
    assert header_value(7) == b"\x00" + struct.pack(">I", 7)
    assert header_value(GUID) == b"\x01" + uuid.UUID(GUID).bytes
