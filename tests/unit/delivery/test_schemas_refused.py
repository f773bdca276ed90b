"""A registry without an answer, with another one, or with a schema that nobody takes: nothing is half-written."""

from __future__ import annotations

import json

import pytest
from registry_server import TestRegistry
from unit.delivery.registry_world import (
    RENAMED,
    SCHEMA,
    Killed,
    RegistryDataset,
    contract,
    framed,
)
from unit.delivery.schema_datasets import FIRST, SECOND, dataset, registry, sha256

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

__all__ = ["dataset", "registry"]

LARGE = json.dumps({"type": "record", "name": "a", "fields": [], "doc": "x" * 2 * MOST_BYTES})
ENDLESS = '{"type":"record","name":"a","fields":[{"name":"a","type":"a"}]}'


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


@pytest.mark.parametrize("frame", [None, "glue"])
def test_a_frame_that_tells_no_registrys_id_is_refused(frame: str | None) -> None:
    with pytest.raises(ContractUnknown, match="frame of confluent, apicurio or confluent_header"):
        contract(frame)


def test_a_contract_names_its_registry_among_those_of_the_settings(registry: TestRegistry) -> None:
    others = {"eu": registry.settings()}
    settings = Settings(registry=RegistrySettings(others=others))
    with registry_of(settings, "eu") as client:
        assert 7 in client.schemas([7])
    with pytest.raises(SettingsRefused, match=r"names the registry us.*registries\.us\.url") as raised:
        registry_of(settings, "us")
    assert "eu" in raised.value.allowed
