"""Registering against a server that answers as told; tests/integration/registry does it with a real registry."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import pytest
import stamina
from unit.producer.server import Server, drips, sends

from waybill_common.errors import RegistryRefused, RegistryUnavailable, SettingsRefused
from waybill_common.settings import RegistrySettings
from waybill_producer.registry.register import register_contract
from waybill_streams.names import NAMES

PASSWORD = "correct-horse"


@pytest.fixture(autouse=True)
def _no_backoff() -> Any:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


def register(server: Server, path: str = "/apis/ccompat/v7", **changes: Any) -> int | None:
    fields = {"url": f"http://127.0.0.1:{server.server_port}{path}", "timeout": 5.0}
    return register_contract(RegistrySettings.model_validate(fields | changes), NAMES, "names_topic")


def test_without_a_registry_nobody_is_asked() -> None:
    assert register_contract(RegistrySettings(), NAMES, "names_topic") is None


@pytest.mark.parametrize("path", ["", "/", "/apis/ccompat/v7", "/apis/ccompat/v7/"])
def test_the_schema_goes_to_the_topics_subject(path: str, server: Server) -> None:
    server.answers = [sends(b'{"id":17}')]
    assert register(server, path) == 17
    assert server.paths == [f"{path.rstrip('/')}/subjects/names_topic-value/versions"]
    [(headers, body)] = server.posted
    assert headers["Content-Type"] == "application/vnd.schemaregistry.v1+json"
    assert headers["Authorization"] is None
    sent = json.loads(body)
    assert sent["schemaType"] == "JSON"
    assert json.loads(sent["schema"]) == NAMES.json_schema()


def test_the_same_contract_is_the_same_text(server: Server) -> None:
    server.answers = [sends(b'{"id":17}')]
    assert register(server) == register(server)
    assert server.posted[0][1] == server.posted[1][1]


def test_credentials_are_sent_and_never_shown(server: Server) -> None:
    server.answers = [sends(b"{}", 401)]
    with pytest.raises(RegistryRefused) as raised:
        register(server, username="waybill", password=PASSWORD)
    given = base64.b64encode(f"waybill:{PASSWORD}".encode()).decode()
    assert server.posted[0][0]["Authorization"] == f"Basic {given}"
    assert PASSWORD not in str(raised.value)
    assert "registry.password" in raised.value.remedy


@pytest.mark.parametrize("status", [401, 418, 503])
@pytest.mark.parametrize("length", range(285, 301, 3))
def test_no_half_of_a_password_is_left_where_an_answer_is_cut(
    status: int, length: int, server: Server
) -> None:
    """Some send back what they were sent."""
    password = "Cut-me.in-the-middle"
    server.answers = [sends(f"{'x' * length}{password} http://me:other@host".encode(), status)]
    with pytest.raises((RegistryRefused, RegistryUnavailable)) as raised:
        register(server, username="waybill", password=password, attempts=1)
    assert "Cut" not in str(raised.value)
    assert "me:o" not in str(raised.value)


@pytest.mark.parametrize("extra", ["waybill:secret@", "?x=1", "#x"], ids=["credentials", "query", "fragment"])
def test_an_address_that_is_more_than_one_is_refused_unseen(extra: str, server: Server) -> None:
    place = f"127.0.0.1:{server.server_port}/"
    url = f"http://{extra}{place}" if extra.endswith("@") else f"http://{place}{extra}"
    with pytest.raises(SettingsRefused) as raised:
        register(server, url=url)
    assert "secret" not in str(raised.value)
    assert not server.paths


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(status: int, server: Server) -> None:
    server.answers = [sends(b"", status), sends(b"", status), sends(b'{"id":3}')]
    assert register(server) == 3
    assert len(server.paths) == 3


def test_attempts_end_with_the_last_cause(server: Server) -> None:
    server.answers = [sends(b"busy", 503)]
    with pytest.raises(RegistryUnavailable, match=r"3 attempts; the last: status 503: 'busy'"):
        register(server, attempts=3)
    assert len(server.paths) == 3


def test_nobody_listening_is_an_outage() -> None:
    settings = RegistrySettings.model_validate({"url": "http://127.0.0.1:1", "attempts": 2})
    with pytest.raises(RegistryUnavailable, match="ConnectionError"):
        register_contract(settings, NAMES, "names_topic")


def test_an_answer_that_drips_is_given_up_in_time(server: Server) -> None:
    server.answers = [drips]
    started = time.monotonic()
    with pytest.raises(RegistryUnavailable, match="not complete"):
        register(server, attempts=1, timeout=0.4)
    assert time.monotonic() - started < 30


@pytest.mark.parametrize(
    ("status", "body", "word"),
    [
        (409, b'{"error_code":409,"message":"incompatible"}', "incompatible"),
        (422, b'{"error_code":42201}', "no valid schema"),
        (403, b"", "does not let us in"),
        (404, b"Not Found", "as no registry does"),
        (301, b"", "redirects"),
        (201, b'{"id":1}', "as no registry does"),
        (200, b"<html>", "without an id"),
        (200, b"[1]", "without an id"),
        (200, b'{"id":"1"}', "without an id"),
        (200, b'{"id":true}', "without an id"),
        (200, b'{"id":-1}', "without an id"),
        (200, b'{"id":2147483648}', "without an id"),
        (200, b"[" * 100_000, "without an id"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_refusal_is_not_tried_again(status: int, body: bytes, word: str, server: Server) -> None:
    server.answers = [sends(body, status, Location="/elsewhere")]
    with pytest.raises(RegistryRefused, match=word) as raised:
        register(server)
    assert f"status {status}" in raised.value.found
    assert len(server.paths) == 1
