"""Writers' schemas of a registry are bound once for each commit, and the lake alone says then what an id means."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from registry_server import TestRegistry, running
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

from waybill_common.contract import SchemaDocument
from waybill_common.errors import (
    ContractUnknown,
    LedgerCorrupt,
    RegistryRefused,
    RegistryUnavailable,
    SettingsRefused,
)
from waybill_common.schema_registry import MOST_BYTES
from waybill_common.settings import RegistrySettings, Settings
from waybill_delivery.schema_binding import registry_of

NOT_FOUND = (404, b'{"error_code":40403,"message":"Schema not found"}')
FIRST = "00000000000000000001"
SECOND = "00000000000000000002"


@pytest.fixture
def registry() -> Iterator[TestRegistry]:
    with running() as one:
        one.put(7, SCHEMA)
        one.put(9, RENAMED)
        yield one


@pytest.fixture
def dataset(registry: TestRegistry, tmp_path: Path) -> RegistryDataset:
    return RegistryDataset(tmp_path, registry, contract(extra="ignore"))


def sha256(text: str, kind: str = "AVRO") -> str:
    return SchemaDocument(kind, text).sha256


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


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((503, b"busy"), RegistryUnavailable),
        ((401, b""), RegistryRefused),
        ((403, b""), RegistryRefused),
        ((404, b"<html>nothing here"), RegistryRefused),
        ((200, b"<html>hello"), RegistryRefused),
    ],
    ids=["503", "401", "403", "another 404", "no registry"],
)
def test_without_an_answer_the_commit_stays_open_and_nothing_is_stored(
    answer: tuple[int, bytes], error: type[Exception], dataset: RegistryDataset, registry: TestRegistry
) -> None:
    dataset.values = [framed(7)]
    registry.every = answer
    with pytest.raises(error, match="--accept-unknown-schemas"):
        dataset.run()
    assert dataset.objects() == []
    assert not any("schemas" in one for one in dataset.files())
    assert dataset.receipts == []
    registry.every = None
    dataset.run()
    assert dataset.outcome() == {0: "Item_12"}


def test_what_nobody_answers_for_may_be_accepted_as_unknown(
    dataset: RegistryDataset, registry: TestRegistry
) -> None:
    dataset.values = [framed(7)]
    registry.every = (503, b"busy")
    dataset.accepts_unknown = True
    receipt = dataset.run()
    assert dataset.outcome() == {0: "unknown_schema"}
    assert receipt.schemas == {}


@pytest.mark.parametrize(
    "answer",
    [(500, b"oops"), (403, b""), (404, b'{"error_code":404}'), (200, b"<html>")],
    ids=["500", "403", "another 404", "no schema"],
)
def test_only_ids_that_nobody_answers_for_are_accepted_as_unknown(
    answer: tuple[int, bytes], dataset: RegistryDataset, registry: TestRegistry
) -> None:
    """What a registry says of one id, by mistake or by the rights of its subject, says nothing of the others."""
    dataset.values = [framed(7), framed(8), framed(9), framed(12)]
    registry.broken[8] = answer
    dataset.accepts_unknown = True
    receipt = dataset.run()
    assert dataset.outcome() == {0: "Item_12", 1: "unknown_schema", 2: None, 3: "unknown_schema"}
    assert set(receipt.schemas) == {"confluent:7", "confluent:9"}
    assert registry.asked.count("/schemas/ids/12") == 2


def test_acceptance_decides_nothing_once_the_object_stands(
    dataset: RegistryDataset, registry: TestRegistry
) -> None:
    dataset.values = [framed(7)]
    with pytest.raises(Killed):
        dataset.run("closing")
    registry.every, dataset.accepts_unknown = (503, b""), True
    dataset.run()
    assert dataset.outcome() == {0: "Item_12"}


@pytest.mark.parametrize("now", ["another", "none"])
def test_another_meaning_of_a_known_id_ends_the_run_before_a_manifest(
    now: str, dataset: RegistryDataset, registry: TestRegistry
) -> None:
    dataset.values = [framed(7)]
    dataset.run()
    if now == "another":
        registry.put(7, RENAMED)
    else:
        registry.ids.clear()
    dataset.values += [framed(7)]
    with pytest.raises(RegistryRefused, match=r"id 7 meant the schema .* new topic") as raised:
        dataset.run()
    assert "--keep-schema-bindings" in raised.value.remedy
    assert f"{SECOND}.manifest.json" not in dataset.files()
    dataset.keeps = True
    dataset.run()
    assert dataset.outcome() == {0: "Item_12", 1: "Item_12"}


def test_a_registry_that_is_down_begins_no_commit(dataset: RegistryDataset, registry: TestRegistry) -> None:
    dataset.values = [framed(7)]
    dataset.run()
    registry.every = (503, b"")
    dataset.values += [framed(7)]
    with pytest.raises(RegistryUnavailable, match="No commit was begun"):
        dataset.run()
    assert f"{SECOND}.manifest.json" not in dataset.files()


def test_a_run_with_nothing_new_asks_nobody(dataset: RegistryDataset, registry: TestRegistry) -> None:
    dataset.values = [framed(7)]
    dataset.run()
    registry.asked.clear()
    dataset.run()
    assert registry.asked == []


def test_without_an_address_no_commit_is_begun(dataset: RegistryDataset) -> None:
    dataset.values, dataset.has_url = [framed(7)], False
    with pytest.raises(SettingsRefused, match=r"registry\.url is not set"):
        dataset.run()
    assert not any("manifest" in one for one in dataset.files())


def test_acceptance_is_no_way_around_an_address_that_is_not_set(dataset: RegistryDataset) -> None:
    dataset.values = [framed(7)]
    with pytest.raises(Killed):
        dataset.run("carried")
    dataset.has_url, dataset.accepts_unknown = False, True
    with pytest.raises(SettingsRefused, match=r"set registry\.url.*Commit 1 stays open") as raised:
        dataset.run()
    assert "--accept" not in str(raised.value)
    assert dataset.objects() == []


LARGE = json.dumps({"type": "record", "name": "a", "fields": [], "doc": "x" * 2 * MOST_BYTES})
ENDLESS = '{"type":"record","name":"a","fields":[{"name":"a","type":"a"}]}'


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("large", "more than 1,000,000 bytes"),
        ("cycle", "go round"),
        ("references", "more than 100 references"),
        ("no avro", "it is no JSON"),
        ("endless", "without end"),
        ("no record", "its values are no records"),
    ],
)
def test_a_schema_that_is_not_taken_ends_the_run_with_the_commit_open(
    kind: str, word: str, dataset: RegistryDataset, registry: TestRegistry
) -> None:
    texts = {"large": LARGE, "no avro": "{", "endless": ENDLESS, "no record": '"string"'}
    if kind == "references":
        for at in range(102):
            following = [(f"n{at}", f"s{at + 1}", 1)] if at < 101 else None
            registry.put(100 + at, f'"n{at}"', references=following, subject=f"s{at}")
    elif kind == "cycle":
        registry.put(100, '"n"', references=[("n", "s", 1)], subject="s")
    else:
        registry.put(100, texts[kind])
    dataset.values = [framed(7), framed(100)]
    with pytest.raises(RegistryRefused, match=word) as raised:
        dataset.run()
    assert "id 100" in raised.value.found
    assert dataset.objects() == []
    assert not any("schemas" in one for one in dataset.files())
    dataset.accepts_unknown = True
    dataset.run()
    assert dataset.outcome() == {0: "Item_12", 1: "unknown_schema"}


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


@pytest.mark.parametrize("what", ["object", "document", "missing"])
def test_what_was_altered_in_the_lake_is_not_gone_by(what: str, dataset: RegistryDataset) -> None:
    dataset.values = [framed(7)]
    with pytest.raises(Killed):
        dataset.run("bound")
    for one in dataset.objects():
        (dataset.folder / "orders" / one).unlink()
    place = dataset.folder / "orders/_waybill"
    if what == "object":
        (place / f"{FIRST}.schemas.json").write_text("{}")
    elif what == "document":
        (place / f"schemas/{sha256(SCHEMA)}.json").write_text("{}")
    else:
        (place / f"schemas/{sha256(SCHEMA)}.json").unlink()
    with pytest.raises(LedgerCorrupt):
        dataset.run()


@pytest.mark.parametrize("frame", [None, "glue", "confluent_header"])
def test_a_frame_that_tells_no_registrys_id_is_refused(frame: str | None) -> None:
    with pytest.raises(ContractUnknown, match="frame of confluent or apicurio"):
        contract(frame)


def test_a_contract_names_its_registry_among_those_of_the_settings(registry: TestRegistry) -> None:
    others = {"eu": registry.settings()}
    settings = Settings(registry=RegistrySettings(others=others))
    with registry_of(settings, "eu") as client:
        assert 7 in client.schemas([7])
    with pytest.raises(SettingsRefused, match=r"names the registry us.*registries\.us\.url") as raised:
        registry_of(settings, "us")
    assert "eu" in raised.value.allowed
