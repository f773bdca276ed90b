"""The stack's registry has what the writers of others' streams would have registered, however often it is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import registry_server
from registry_server import TestRegistry
from stream_folders import write_folder

from waybill_access import registering
from waybill_access.cli import main
from waybill_streams.finding import StreamFolders
from waybill_streams.stream_folder import StreamFolder, load_folder

SUBJECT = "shop.orders.avro-value"
BY_REGISTRY = b'{"stream":"orders","value":{"format":"avro","registry":"default"}}'


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[TestRegistry]:
    monkeypatch.setattr(registering, "_PAUSE", 0)
    with registry_server.running() as running:
        monkeypatch.setenv("WAYBILL_REGISTRY__URL", running.url)
        monkeypatch.setenv("WAYBILL_REGISTRY__ATTEMPTS", "3")
        yield running


def folder(place: Path, *schemas: str, contract: bytes = BY_REGISTRY) -> StreamFolder:
    """Each schema is called by its id and holds it."""
    found = write_folder(place, "orders", contract=contract, rows="")
    for name in schemas:
        (found / "samples" / f"{name}.avsc").write_text(name)
    return load_folder(found)


def test_the_schemas_of_the_worked_example_are_there_the_newest_last(
    registry: TestRegistry, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        assert main(["schemas"]) == 0
        assert json.loads(capsys.readouterr().out) == {"told": "schemas", "subjects": {SUBJECT: 3}}
    assert [(subject, version) for subject, version in registry.versions] == [
        (SUBJECT, at) for at in (1, 2, 3)
    ]
    [own] = [one for one in StreamFolders().find("orders_avro").samples if one.name == "12.avsc"]
    assert registry.versions[SUBJECT, 3]["schema"] == own.read_text()
    assert registry.versions[SUBJECT, 3]["schemaType"] == "AVRO"


def test_schemas_are_told_by_their_ids_and_not_by_their_names_order(tmp_path: Path) -> None:
    told = registering.subjects_of([folder(tmp_path, "7", "31", "100", "notes", "07")])
    assert told == {"t-value": ["7", "31", "100"]}


def test_a_stream_that_goes_by_no_registry_has_no_subject(tmp_path: Path) -> None:
    assert registering.subjects_of([folder(tmp_path, "7", contract=b'{"value":{"format":"json"}}')]) == {}


def test_a_registry_that_is_not_ready_is_asked_again(registry: TestRegistry) -> None:
    registry.turns = [(503, b""), (503, b"")]
    assert main(["schemas"]) == 0
    registry.every = (503, b"")
    assert main(["schemas"]) == 25


@pytest.mark.parametrize("status", [409, 422, 401, 200])
def test_a_registry_that_takes_no_schema_is_refused(
    status: int, registry: TestRegistry, capsys: pytest.CaptureFixture[str]
) -> None:
    registry.every = (status, b"{}")
    assert main(["schemas"]) == 26
    assert f"status {status}" in capsys.readouterr().err
    assert len(registry.asked) == 1
