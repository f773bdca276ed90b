"""What lets others on the network read or pretend is one line; what stays on this machine, or is not used, is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from waybill_common.exposure import exposures
from waybill_common.network import is_loopback
from waybill_common.settings import Settings
from waybill_ops.cli import main

KEYS = {"access_key_id": "me", "secret_access_key": "hush"}
USER = {"username": "me", "password": "hush"}
CLEAR, UNCHECKED = "credentials_in_the_clear", "certificates_not_verified"
ALL = ("kafka", "lake", "registry", "source", "status")
TOKENS = "sasl.oauthbearer.token.endpoint.url"


def kafka(servers: str = "broker:9092", **properties: str) -> dict[str, Any]:
    named = {name.replace("_", "."): value for name, value in properties.items()}
    return {"kafka": {"bootstrap_servers": servers, "properties": named}}


def lake(endpoint: str) -> dict[str, Any]:
    return {"lake": {"url": "s3://lake", "endpoint": endpoint, "region": "eu-1", **KEYS}}


@pytest.mark.parametrize(
    ("tree", "event", "setting"),
    [
        (kafka(security_protocol="SASL_PLAINTEXT"), CLEAR, "kafka security.protocol"),
        (kafka("127.0.0.1:1,broker:2", security_protocol="sasl_plaintext"), CLEAR, "kafka security.protocol"),
        (
            {
                "kafka": {
                    "secrets": {"security.protocol": "SASL_PLAINTEXT"},
                    "bootstrap_servers": "[2001:db8::1]:9092",
                }
            },
            CLEAR,
            "kafka security.protocol",
        ),
        ({"kafka": {"properties": {TOKENS: "http://idp/token"}}}, CLEAR, f"kafka {TOKENS}"),
        (
            kafka("localhost:9", security_protocol="SSL", enable_ssl_certificate_verification="False"),
            UNCHECKED,
            "kafka enable.ssl.certificate.verification",
        ),
        (
            kafka(security_protocol="SASL_SSL", ssl_endpoint_identification_algorithm="none"),
            UNCHECKED,
            "kafka ssl.endpoint.identification.algorithm",
        ),
        (lake("http://minio:9000"), CLEAR, "lake.endpoint"),
        ({"source": {"url": "HTTP://api.example/", **USER}}, CLEAR, "source.url"),
        ({"registry": {"url": "http://registry:8080", **USER}}, CLEAR, "registry.url"),
        ({"status": {"port": 0, "host": "0.0.0.0"}}, "status_for_others", "status.host"),  # noqa: S104
        ({"status": {"port": 9100, "host": "producer.example"}}, "status_for_others", "status.host"),
    ],
    ids=[
        "SASL",
        "one of two",
        "secrets",
        "tokens",
        "certificates",
        "hosts",
        "lake",
        "source",
        "registry",
        "status",
        "name",
    ],
)
def test_it_is_one_line_with_the_settings_name(tree: Mapping[str, Any], event: str, setting: str) -> None:
    [found] = exposures(Settings.model_validate(tree), ALL)
    assert (found.event, found.setting) == (event, setting)
    assert "hush" not in repr(found)
    assert list(exposures(Settings.model_validate(tree), ())) == []


@pytest.mark.parametrize(
    "tree",
    [
        {},
        kafka(),
        kafka("localhost:1,127.0.0.2:2,[::1]:3", security_protocol="SASL_PLAINTEXT"),
        kafka(security_protocol="SASL_SSL"),
        {"kafka": {"properties": {TOKENS: "https://idp/token"}}},
        lake("https://minio:9000"),
        lake("http://127.0.0.1:9000"),
        {"lake": {"url": "/srv/lake", "endpoint": "http://minio:9000"}},
        {"source": {"url": "http://api.example/"}},
        {"source": {"url": "http://localhost:1/", **USER}},
        {"registry": {"url": "https://registry", **USER}},
        {"status": {"port": 9100}},
        {"status": {"port": 9100, "host": "::1"}},
        {"status": {"host": "0.0.0.0"}},  # noqa: S104
    ],
    ids=lambda tree: str(sorted(tree)),
)
def test_what_gives_nobody_a_view_is_no_line(tree: Mapping[str, Any]) -> None:
    assert list(exposures(Settings.model_validate(tree), ALL)) == []


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("localhost", True),
        ("LOCALHOST.", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("[::1]", True),
        ("::ffff:127.0.0.1", True),
        ("ip6-localhost", True),  # as Debian's /etc/hosts has it
        ("localhost.localdomain", True),
        ("localhost.example", False),
        ("127.0.0.1.example", False),
        ("10.0.0.1", False),
        ("0.0.0.0", False),  # noqa: S104  # compared, not bound
        ("", False),
    ],
)
def test_loopback_is_this_machines_own_address(host: str, own: bool) -> None:
    assert is_loopback(host) == own


def test_a_run_says_it_once(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYBILL_LAKE__SECRET_ACCESS_KEY", "hush")
    monkeypatch.setenv("WAYBILL_LAKE__ACCESS_KEY_ID", "me")
    flags = ("--lake.url=s3://lake", "--lake.endpoint=http://s3.invalid:9", "--lake.attempts=1")
    assert main(["report", *flags]) == 30
    told = capsys.readouterr().err
    assert told.count(CLEAR) == 1
    assert "hush" not in told
