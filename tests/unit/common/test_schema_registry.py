"""The client of a schema registry, against one that answers as told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from registry_server import TestRegistry, running

from waybill_common.contract import SchemaId, WriterSchema
from waybill_common.errors import RegistryRefused, RegistryUnavailable, SettingsRefused
from waybill_common.schema_registry import MOST_BYTES, SchemaRegistry, UntoldSchema, UnusableSchema
from waybill_common.schema_registry.registered_schema import NoSuchSchema
from waybill_common.settings import RegistrySettings

ORDER = '{"type":"record","name":"Order","fields":[{"name":"total","type":"acme.Money"}]}'
MONEY = '{"type":"fixed","name":"acme.Money","size":8}'
PASSWORD = "correct-horse"


@pytest.fixture
def registry() -> Iterator[TestRegistry]:
    with running() as one:
        yield one


class Asking:
    """The client, with what it would have slept."""

    def __init__(self, settings: RegistrySettings) -> None:
        self.slept: list[float] = []
        self._settings = settings

    def schemas(self, *ids: SchemaId) -> dict[SchemaId, Any]:
        with SchemaRegistry(self._settings, sleep=self.slept.append) as client:
            return dict(client.schemas(ids))


def test_a_schema_is_found_by_its_id_with_its_text_as_it_stands(registry: TestRegistry) -> None:
    registry.put(7, f" {MONEY} ")
    found = Asking(registry.settings()).schemas(7)[7]
    assert isinstance(found, WriterSchema)
    assert (found.own.type, found.own.text, found.texts_before) == ("AVRO", f" {MONEY} ", ())
    assert json.loads(found.own.body) == {"type": "AVRO", "text": f" {MONEY} ", "references": []}


def test_references_are_followed_and_come_first(registry: TestRegistry) -> None:
    registry.put(1, '{"type":"enum","name":"C","symbols":["A"]}', subject="c")
    registry.put(2, MONEY, references=[("C", "c", 1)], subject="money", version=3)
    registry.put(3, ORDER, references=[("acme.Money", "money", 3), ("C", "c", 1)])
    found = Asking(registry.settings()).schemas(3)[3]
    assert [one.text for one in found.documents] == [*found.texts_before, ORDER]
    assert found.texts_before == ('{"type":"enum","name":"C","symbols":["A"]}', MONEY)
    assert [one.name for one in found.own.references] == ["acme.Money", "C"]
    assert [one.schema for one in found.own.references] == [one.sha256 for one in found.documents[1::-1]]


def test_what_the_registry_has_not_is_asked_for_twice_five_seconds_apart(registry: TestRegistry) -> None:
    asking = Asking(registry.settings())
    assert asking.schemas(5, 6) == {5: NoSuchSchema(), 6: NoSuchSchema()}
    assert asking.slept == [5.0]
    assert registry.asked == ["/schemas/ids/5", "/schemas/ids/6", "/schemas/ids/5", "/schemas/ids/6"]


def test_a_schema_that_came_meanwhile_is_found(registry: TestRegistry) -> None:
    registry.put(5, MONEY)
    registry.turns = [(404, b'{"error_code":40403,"message":"Schema not found"}')]
    assert isinstance(Asking(registry.settings()).schemas(5)[5], WriterSchema)


@pytest.mark.parametrize(
    ("answer", "error", "word"),
    [
        ((401, b"{}"), RegistryRefused, "does not let us in"),
        ((403, b"{}"), RegistryRefused, "does not let us in"),
        ((404, b"<html>"), RegistryRefused, "as no registry does"),
        ((404, b'{"error_code":404}'), RegistryRefused, "without a schema"),
        ((404, b'{"error_code":40401}'), RegistryRefused, "without a schema"),
        ((200, b"<html>"), RegistryRefused, "without a schema"),
        ((200, b'{"schema":1}'), RegistryRefused, "without a schema"),
        ((200, b'{"schema":"{}","references":[{"name":"a"}]}'), RegistryRefused, "without a schema"),
        ((500, b"oops"), RegistryUnavailable, "status 500: 'oops'"),
        ((429, b""), RegistryUnavailable, "2 attempts"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_any_other_answer_is_no_absence(
    answer: tuple[int, bytes], error: type[Exception], word: str, registry: TestRegistry
) -> None:
    registry.every = answer
    with pytest.raises(error, match=word):
        Asking(registry.settings()).schemas(5)


def test_what_nobody_answers_for_keeps_no_other_id_from_being_known_for_a_minute(
    registry: TestRegistry,
) -> None:
    """A registry that is down is not waited for once for each of a thousand ids."""
    times = iter(range(0, 100_000, 25))
    with SchemaRegistry(
        registry.settings(), sleep=lambda _: None, clock=lambda: float(next(times))
    ) as client:
        registry.put(2, MONEY)
        registry.broken |= dict.fromkeys((1, 3, 4, 5, 6), (403, b""))
        found = client.schemas_told(range(1, 8))
    assert [isinstance(found[one], UntoldSchema) for one in range(1, 8)] == [True, False, *[True] * 5]
    assert registry.asked == [f"/schemas/ids/{one}" for one in (1, 2, 3, 4)]


def test_nobody_listening_is_an_outage() -> None:
    settings = RegistrySettings.model_validate({"url": "http://127.0.0.1:1", "attempts": 2})
    with pytest.raises(RegistryUnavailable, match="2 attempts"):
        Asking(settings).schemas(5)


def test_credentials_are_sent_and_never_shown(registry: TestRegistry) -> None:
    registry.every = (401, f"no {PASSWORD}".encode())
    with pytest.raises(RegistryRefused) as raised:
        Asking(registry.settings(username="me", password=PASSWORD)).schemas(5)
    assert registry.credentials == [f"me:{PASSWORD}"]
    assert PASSWORD not in str(raised.value)


def test_a_registry_without_an_address_is_a_matter_of_settings() -> None:
    with pytest.raises(SettingsRefused, match=r"registries\.eu\.url is not set"):
        SchemaRegistry(RegistrySettings(), "registries.eu")


def chain(registry: TestRegistry, length: int, last: list[tuple[str, str, int]] | None = None) -> None:
    """Schema ``n`` refers to ``n + 1``; the first of them has the id 0."""
    for at in range(length + 1):
        following = [(f"N{at + 1}", f"s{at + 1}", 1)] if at < length else last
        registry.put(at, f'"N{at}"', references=following, subject=f"s{at}")


def test_a_hundred_references_are_followed(registry: TestRegistry) -> None:
    chain(registry, 100)
    assert len(Asking(registry.settings()).schemas(0)[0].documents) == 101


@pytest.mark.parametrize("kind", ["101 references", "a cycle", "no such version", "large", "large together"])
def test_a_schema_beyond_the_bounds_is_not_taken(kind: str, registry: TestRegistry) -> None:
    word = {
        "101 references": "more than 100 references",
        "a cycle": "go round",
        "no such version": "version 9 of s9",
    }.get(kind, "more than 1,000,000 bytes")
    match kind:
        case "101 references":
            chain(registry, 101)
        case "a cycle":
            chain(registry, 3, last=[("N1", "s1", 1)])
        case "no such version":
            chain(registry, 0, last=[("N9", "s9", 9)])
        case "large":
            registry.put(0, '"' + "é" * MOST_BYTES + '"')
        case _:
            registry.put(1, "a" * (MOST_BYTES // 2), subject="a")
            registry.put(2, "b" * (MOST_BYTES // 2), subject="b")
            registry.put(0, "c", references=[("a", "a", 1), ("b", "b", 1)])
    found = Asking(registry.settings()).schemas(0)[0]
    assert isinstance(found, UnusableSchema)
    assert word in found.why


def test_references_of_references_that_meet_again_and_again_are_no_more_work(registry: TestRegistry) -> None:
    """Each refers to all after it: 2^60 ways through them, 60 schemas."""
    for at in range(61):
        listed = [(f"N{to}", f"s{to}", 1) for to in range(at + 1, 61)]
        registry.put(at, f'"N{at}"', references=listed, subject=f"s{at}")
    assert len(Asking(registry.settings()).schemas(0)[0].documents) == 61


def test_the_latest_of_a_subject_has_its_id_and_version(registry: TestRegistry) -> None:
    registry.put(4, "1", subject="orders-value", version=1)
    registry.put(9, MONEY, subject="orders-value", version=2)
    with SchemaRegistry(registry.settings()) as client:
        found = client.latest("orders-value")
        assert (found.id, found.version, found.schema.own.text) == (9, 2, MONEY)
        with pytest.raises(RegistryRefused, match="has no subject others"):
            client.latest("others")


GUID, NOBODYS = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "00000000-0000-0000-0000-000000000000"


def test_a_schema_is_found_by_its_guid_and_is_the_same_one(registry: TestRegistry) -> None:
    registry.put(1, MONEY, subject="money")
    registry.put(2, ORDER, references=[("acme.Money", "money", 1)], guid=GUID)
    found = Asking(registry.settings()).schemas(2, GUID)
    assert found[GUID] == found[2]
    assert registry.asked == ["/schemas/ids/2", "/subjects/money/versions/1", f"/schemas/guids/{GUID}"]


def test_an_unknown_guid_is_asked_for_twice_like_any_id(registry: TestRegistry) -> None:
    asking = Asking(registry.settings())
    assert asking.schemas(NOBODYS, 5) == {5: NoSuchSchema(), NOBODYS: NoSuchSchema()}
    assert asking.slept == [5.0]
    assert registry.asked == [f"/schemas/guids/{NOBODYS}", "/schemas/ids/5"] * 2


@pytest.mark.parametrize("answer", [None, (404, b"<html>nothing here")], ids=["its own 404", "another 404"])
def test_a_registry_before_guids_is_no_absence_and_the_remedy_says_so(
    answer: tuple[int, bytes] | None, registry: TestRegistry
) -> None:
    registry.put(2, ORDER, guid=GUID)
    registry.has_guids, registry.every = False, answer
    with pytest.raises(RegistryRefused, match="older than GUIDs") as raised:
        Asking(registry.settings()).schemas(GUID)
    assert f"/schemas/guids/{GUID}" in raised.value.found
    with pytest.raises(RegistryRefused) as by_number:
        Asking(registry.settings(url=f"{registry.url}/elsewhere")).schemas(2)
    assert "GUIDs" not in str(by_number.value)


def test_who_is_not_let_in_is_not_told_of_guids(registry: TestRegistry) -> None:
    registry.every = (401, b"")
    with pytest.raises(RegistryRefused) as raised:
        Asking(registry.settings()).schemas(GUID)
    assert "GUIDs" not in str(raised.value)
