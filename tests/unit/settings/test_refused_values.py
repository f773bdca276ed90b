"""Secrets where they would be shown, and users in addresses, are refused whichever way they come."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import HttpUrl
from unit.settings.conftest import load, refusal

from waybill_common.settings.setting_names import known, variable_of

SECRET = "hunter2hunter2"
URLS = [
    name for name, info in known().items() if "HttpUrl" in str(info.annotation) or info.annotation is HttpUrl
]
PROPERTIES = "WAYBILL_KAFKA__PROPERTIES"


def test_there_are_addresses_to_try() -> None:
    assert {"source.url", "registry.url", "lake.endpoint"} <= set(URLS)


@pytest.mark.parametrize("name", [*URLS, "lake.url", "dags.url"])
@pytest.mark.parametrize("user", [f"me:{SECRET}", SECRET, f":{SECRET}", f"me%40x:{SECRET}%2F"])
def test_a_user_in_an_address_is_refused_by_name(name: str, user: str, folder: Path) -> None:
    scheme = "s3" if name in ("lake.url", "dags.url") else "https"
    address = f"{scheme}://{user}@host/path"
    section, field = name.split(".")
    for way in ("flag", "variable", "file"):
        (folder / "waybill.toml").write_text(f'[{section}]\n{field} = "{address}"\n' if way == "file" else "")
        found = refusal(
            [f"--{name}={address}"] if way == "flag" else [],
            {variable_of(name): address} if way == "variable" else {},
        ).found
        assert name in found
        assert "has a user in it" in found
        assert (
            " in lake.access_key_id" in found
            or f"{section}.username and {section}.password" in found
            or ("belong into lake.access_key_id" in found)
        )
        assert SECRET not in found


@pytest.mark.parametrize("name", [*URLS, "lake.url", "dags.url"])
@pytest.mark.parametrize(
    "address",
    [
        f"https://me:{SECRET}%40host/path",
        f"HTTPS://me%3A{SECRET}%2540host:x/path",
        f"https://{SECRET}%40host:99999/",
        f"https://me:{SECRET}/path",
        f"https://me:{SECRET}\uff20host/",
        f"https://host:99999/#{SECRET}",
        f"https://host:99999/a;key={SECRET}",
        f"s3://me:{SECRET}/bucket",
        f"me:{SECRET}@host:99999",
        f"{SECRET}@host",
    ],
)
def test_what_is_no_address_at_all_is_not_shown_if_there_may_be_a_secret_in_it(
    name: str, address: str
) -> None:
    found = refusal([f"--{name}={address}"]).found
    assert f"{name} = a secret (from flag --{name})" in found or f"{name} (from flag --{name})" in found
    assert SECRET not in found


@pytest.mark.parametrize(
    "broker",
    [f"u:{SECRET}@h:9092", f"{SECRET}@h:9092", f"SASL_SSL://u%3A{SECRET}%40h:9092", f"h?token={SECRET}:9092"],
)
def test_brokers_have_no_user_however_it_is_spelled(broker: str) -> None:
    found = refusal([f"--kafka.bootstrap-servers=b:9092,{broker}"]).found
    assert "kafka.bootstrap_servers = a secret (from flag --kafka.bootstrap-servers)" in found
    assert SECRET not in found


@pytest.mark.parametrize("name", URLS)
def test_a_query_in_an_address_may_hold_a_key_and_is_refused(name: str) -> None:
    found = refusal([f"--{name}=https://host/path?apikey={SECRET}"]).found
    assert f"{name} (from flag --{name}): it has a query or a fragment in it" in found
    assert SECRET not in found


@pytest.mark.parametrize(
    "name",
    [
        "sasl.password",
        "sasl.oauthbearer.client.secret",
        "sasl.oauthbearer.client.credentials.client.secret",
        "sasl.oauthbearer.assertion.private.key.passphrase",
        "sasl.oauthbearer.assertion.private.key.pem",
        "ssl.key.pem",
        "ssl.key.password",
        "ssl.keystore.password",
        "SASL.PASSWORD",
        "Sasl.Password ",
        " ssl.key.pem",
        "ssl_key_pem",
        "ssl.key .pem",
        "anything.password",
        "sasl.jaas.config",
    ],
)
@pytest.mark.parametrize("way", ["flag", "variable", "entry", "file"])
def test_a_secret_property_outside_of_kafka_secrets_is_refused(name: str, way: str, folder: Path) -> None:
    table = json.dumps({name: SECRET})
    if way == "file":
        (folder / "waybill.toml").write_text(f'[kafka.properties]\n"{name}" = "{SECRET}"\n')
    found = refusal(
        [f"--kafka.properties={table}"] if way == "flag" else [],
        {"variable": {PROPERTIES: table}, "entry": {f"{PROPERTIES}__{name.upper()}": SECRET}}.get(way, {}),
    ).found
    assert "move it to kafka.secrets" in found
    assert SECRET not in found


def test_so_is_a_private_key_under_any_name() -> None:
    both = f"-----BEGIN CERTIFICATE-----\nx\n-----BEGIN EC PRIVATE KEY-----\n{SECRET}\n"
    found = refusal([], {PROPERTIES: json.dumps({"ssl.certificate.pem": both})}).found
    assert "ssl.certificate.pem holds a secret" in found
    assert SECRET not in found


@pytest.mark.parametrize("end", [f"u:{SECRET}@h/token", f"h/token?key={SECRET}"], ids=["user", "query"])
def test_an_address_among_the_properties_is_one_without_secrets(end: str) -> None:
    found = refusal(
        [], {PROPERTIES: json.dumps({"sasl.oauthbearer.token.endpoint.url": f"https://{end}"})}
    ).found
    assert "sasl.oauthbearer.token.endpoint.url is an address with a" in found
    assert SECRET not in found


def test_an_addresses_port_and_path_are_no_secret() -> None:
    properties = {"sasl.oauthbearer.token.endpoint.url": "https://h:8443/a@b/token", "client.id": "me@host"}
    assert load([], {PROPERTIES: json.dumps(properties)}).kafka.properties == properties


@pytest.mark.parametrize(
    ("variables", "text"),
    [
        ({PROPERTIES: json.dumps({f"sasl.password={SECRET}": ""})}, ""),
        ({PROPERTIES: json.dumps({"sasl.username": 1, f"x={SECRET}": [SECRET]})}, ""),
        ({PROPERTIES: f'{{"a:{SECRET}": "1", "a:{SECRET}": "2"}}'}, ""),
        ({}, f'[kafka]\n"sasl.password={SECRET}" = 1\n'),
        ({}, f'["password={SECRET}"]\nx = 1\n'),
        ({}, f'"password: {SECRET}" = 1\n'),
        ({PROPERTIES: json.dumps({"sasl.username": {"x": SECRET}})}, ""),
        ({PROPERTIES: json.dumps({"sasl.username": 123456789123})}, ""),
    ],
    ids=map(str, range(8)),
)
def test_what_stands_in_a_names_place_is_shown_up_to_its_equals_sign(
    variables: dict[str, str], text: str, folder: Path
) -> None:
    (folder / "waybill.toml").write_text(text)
    found = str(refusal(["--kafka.partitions=0"], variables))
    assert SECRET not in found
    assert "123456789123" not in found


def test_all_that_is_wrong_is_still_one_message() -> None:
    found = refusal(["--kafka.partitions=0", f"--source.url=https://u:{SECRET}@h/"]).found
    assert "2 things are wrong" in found
    assert SECRET not in found
