"""Writers' schemas of a registry are bound once for each commit, and the lake alone says then what an id means."""

from __future__ import annotations

import hashlib
import json
import struct
from pathlib import Path

import pytest
from registry_server import TestRegistry
from unit.delivery.registry_world import (
    DATUM,
    RENAMED,
    SCHEMA,
    TRADE,
    TRADES,
    Killed,
    RegistryDataset,
    contract,
    framed,
    splits_of,
)
from unit.delivery.schema_datasets import FIRST, NOT_FOUND, SECOND, dataset, registry, sha256

__all__ = ["dataset", "registry"]


def test_records_are_judged_by_the_schemas_that_their_frames_name(dataset: RegistryDataset) -> None:
    dataset.values = [framed(7), framed(9), framed(7), b"\x01no frame", None]
    receipt = dataset.run()
    assert dataset.outcome() == {0: "Item_12", 1: None, 2: "Item_12", 3: "bad_frame", 4: "null_value"}
    known = {"confluent:7": sha256(SCHEMA), "confluent:9": sha256(RENAMED)}
    assert receipt.schemas == known
    entry = dataset.entry(f"{FIRST}.schemas.json")
    assert entry["schemas"] == known
    body = (dataset.folder / f"orders/_waybill/{FIRST}.schemas.json").read_bytes()
    assert receipt.schemas_sha256 == hashlib.sha256(body).hexdigest()
    assert dataset.entry(f"schemas/{sha256(SCHEMA)}.json") == {
        "type": "AVRO",
        "text": SCHEMA,
        "references": [],
    }


def test_only_splits_that_asked_are_sent_again(dataset: RegistryDataset) -> None:
    dataset.values = [framed(7)] * 4 + [b"no frame"] * 4 + [framed(9)] * 4
    dataset.run()
    assert splits_of(dataset.sent) == [[0, 4, 8], [0, 8]]
    assert set(dataset.outcome()) == set(range(12))


def test_the_next_commit_knows_them_and_asks_for_none(
    dataset: RegistryDataset, registry: TestRegistry
) -> None:
    dataset.values = [framed(7)]
    dataset.run()
    registry.asked.clear()
    dataset.values += [framed(7)]
    receipt = dataset.run()
    assert registry.asked == ["/schemas/ids/7"]  # compared, before the manifest
    assert dataset.manifests[-1].schemas == {"confluent:7": sha256(SCHEMA)}  # type: ignore[union-attr]
    assert dataset.entry(f"{SECOND}.schemas.json")["schemas"] == {}
    assert receipt.schemas_sha256 is not None
    assert len(dataset.outcome()) == 2


def test_a_registry_that_lags_makes_dead_letters_of_one_commit_alone(
    dataset: RegistryDataset, registry: TestRegistry
) -> None:
    dataset.values = [framed(7), framed(12)]
    receipt = dataset.run()
    assert dataset.outcome() == {0: "Item_12", 1: "unknown_schema"}
    assert registry.asked.count("/schemas/ids/12") == 2
    assert 5.0 in dataset.slept
    assert dataset.entry(f"{FIRST}.schemas.json")["schemas"]["confluent:12"] is None
    assert set(receipt.schemas) == {"confluent:7"}
    registry.put(12, SCHEMA)
    dataset.values += [framed(12)]
    assert set(dataset.run().schemas) == {"confluent:7", "confluent:12"}
    assert dataset.outcome() == {0: "Item_12", 1: "unknown_schema", 2: "Item_12"}


def test_404_and_then_200_is_found(dataset: RegistryDataset, registry: TestRegistry) -> None:
    registry.turns = [NOT_FOUND]
    dataset.values = [framed(7)]
    dataset.run()
    assert dataset.outcome() == {0: "Item_12"}


@pytest.mark.parametrize("killed_at", ["carried", "bound", "closing"])
def test_a_driver_that_dies_anywhere_leaves_one_verdict(
    killed_at: str, dataset: RegistryDataset, registry: TestRegistry
) -> None:
    """Whoever goes on meets a registry that says otherwise: what stands decides."""
    dataset.values = [framed(7), framed(12)]
    with pytest.raises(Killed):
        dataset.run(killed_at)
    bound_before = f"{FIRST}.schemas.json" in dataset.files()
    assert bound_before == (killed_at != "carried")
    if not bound_before:
        assert dataset.objects() == []
    registry.put(7, RENAMED)
    registry.put(12, SCHEMA)
    if bound_before:
        registry.every = (503, b"")
    dataset.run()
    assert dataset.outcome() == (
        {0: "Item_12", 1: "unknown_schema"} if bound_before else {0: None, 1: "Item_12"}
    )


def test_a_driver_takes_the_object_that_another_one_created_meanwhile(
    dataset: RegistryDataset, registry: TestRegistry
) -> None:
    """Both tasks met the ids, both drivers ask; the registry changes between them."""
    dataset.values = [framed(7)]
    other = RegistryDataset(dataset.folder, registry, dataset.contract, runs=10)

    def overtake() -> None:
        dataset.bound = lambda: None
        other.values = dataset.values
        with pytest.raises(Killed):
            other.run("bound")
        registry.put(7, RENAMED)

    dataset.bound = overtake
    receipt = dataset.run()
    assert dataset.outcome() == {0: "Item_12"}
    assert receipt.schemas == {"confluent:7": sha256(SCHEMA)}


def test_a_run_with_nothing_new_asks_nobody(dataset: RegistryDataset, registry: TestRegistry) -> None:
    dataset.values = [framed(7)]
    dataset.run()
    registry.asked.clear()
    dataset.run()
    assert registry.asked == []


@pytest.mark.parametrize("kind", ["PROTOBUF", "JSON"])
def test_records_of_a_schema_of_another_type_are_no_avro(
    kind: str, dataset: RegistryDataset, registry: TestRegistry
) -> None:
    registry.put(3, "{}", kind)
    dataset.values = [framed(3), framed(7)]
    receipt = dataset.run()
    assert dataset.outcome() == {0: "not_avro", 1: "Item_12"}
    assert receipt.schemas["confluent:3"] == sha256("{}", kind)


def test_an_id_that_no_registry_can_give_is_asked_of_none(
    dataset: RegistryDataset, registry: TestRegistry
) -> None:
    registry.put(2**31 - 1, SCHEMA)
    dataset.values = [framed(2**32 - 1), framed(2**31), framed(2**31 - 1)]
    dataset.run()
    assert dataset.outcome() == {0: "unknown_schema", 1: "unknown_schema", 2: "Item_12"}
    assert registry.asked == [f"/schemas/ids/{2**31 - 1}"]


def test_a_frame_of_eight_bytes_has_ids_of_its_own(registry: TestRegistry, tmp_path: Path) -> None:
    registry.put(2**40, SCHEMA)
    dataset = RegistryDataset(tmp_path, registry, contract("apicurio", extra="ignore"))
    dataset.values = [b"\x00" + struct.pack(">Q", number) + DATUM for number in (2**40, 2**63, 2**64 - 1)]
    receipt = dataset.run()
    assert dataset.outcome() == {0: "Item_12", 1: "unknown_schema", 2: "unknown_schema"}
    assert set(receipt.schemas) == {f"apicurio:{2**40}"}


def test_of_many_new_ids_the_lowest_thousand_are_asked_for(
    dataset: RegistryDataset, registry: TestRegistry
) -> None:
    registry.ids.clear()
    registry.put(3, SCHEMA)
    registry.put(5000, SCHEMA)
    dataset.values = [framed(5000), framed(3), *(framed(number) for number in range(2000, 3200))]
    dataset.rows_per_object = 500
    dataset.run()
    outcome = dataset.outcome()
    assert (outcome[0], outcome[1]) == ("unknown_schema", "Item_12")
    names = dataset.entry(f"{FIRST}.schemas.json")["schemas"]
    assert len(names) == 1000
    assert "confluent:5000" not in names
    assert registry.asked.count("/schemas/ids/5000") == 0


def test_a_schema_is_read_with_those_that_it_refers_to(
    dataset: RegistryDataset, registry: TestRegistry
) -> None:
    whole = json.loads(SCHEMA)
    address = whole["fields"][4]["type"] | {"name": "ksql.address"}
    whole["fields"][4]["type"] = "ksql.address"
    registry.put(1, json.dumps(address), subject="address")
    registry.put(2, json.dumps(whole), references=[("ksql.address", "address", 1)])
    dataset.values = [framed(2)]
    receipt = dataset.run()
    assert dataset.outcome() == {0: "Item_12"}
    entry = dataset.entry(f"schemas/{receipt.schemas['confluent:2']}.json")
    assert entry["references"] == [{"name": "ksql.address", "schema": sha256(json.dumps(address))}]
    dataset.values += [framed(2)]
    dataset.run()
    assert dataset.outcome() == {0: "Item_12", 1: "Item_12"}


def test_one_of_several_types_in_a_topic_is_selected_by_its_schemas_name(
    registry: TestRegistry, tmp_path: Path
) -> None:
    registry.put(1, TRADES)
    chosen = contract(extra="ignore", select={"schema": "name", "in": ["ksql.orders"]})
    dataset = RegistryDataset(tmp_path, registry, chosen)
    dataset.values = [framed(7)] * 20 + [framed(1, TRADE)] * 20 + [framed(1, b"")]
    receipt = dataset.run()
    assert (receipt.rows, receipt.dead, receipt.skipped) == (20, 1, 20)
    assert dataset.outcome()[40] == "bad_frame"
