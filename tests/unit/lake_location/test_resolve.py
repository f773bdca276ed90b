"""One place for every client: what the settings, AWS's variables and its files come to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from unit.producer import tls

from waybill_common.errors import LakeRefused, SettingsRefused
from waybill_common.lake_location.resolve import S3, here, pinned, resolve
from waybill_common.lake_location.store_keys import Keys, MachineKeys, signs_of_profiles
from waybill_common.network import proxy_for
from waybill_common.settings import LakeSettings

KEYS = {"access_key_id": "edges", "secret_access_key": "hush"}


def s3(environ: dict[str, str] | None = None, **settings: Any) -> S3:
    lake = LakeSettings.model_validate({"url": "s3://bucket/x", **KEYS, **settings})
    found = resolve(lake, environ or {}, MachineKeys()).s3
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("environ", "settings", "endpoint"),
    [
        ({}, {}, "https://s3.us-east-1.amazonaws.com"),
        ({"AWS_REGION": "eu-west-1"}, {}, "https://s3.eu-west-1.amazonaws.com"),
        ({"AWS_DEFAULT_REGION": "cn-north-1"}, {}, "https://s3.cn-north-1.amazonaws.com.cn"),
        ({"AWS_USE_FIPS_ENDPOINT": "true"}, {}, "https://s3-fips.us-east-1.amazonaws.com"),
        ({"AWS_USE_DUALSTACK_ENDPOINT": "true"}, {}, "https://s3.dualstack.us-east-1.amazonaws.com"),
        ({"AWS_ENDPOINT_URL": "http://all/"}, {}, "http://all"),
        ({"AWS_ENDPOINT_URL": "http://all", "AWS_ENDPOINT_URL_S3": "http://s3"}, {}, "http://s3"),
        ({"AWS_ENDPOINT_URL": "http://all"}, {"endpoint": "http://own:9000/a"}, "http://own:9000/a"),
        (
            {"AWS_ENDPOINT_URL": "http://all", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"},
            {},
            "https://s3.us-east-1.amazonaws.com",
        ),
    ],
)
def test_the_endpoint_is_always_said_and_by_whom_is_clear(
    environ: dict[str, str], settings: dict[str, str], endpoint: str
) -> None:
    assert s3(environ, **settings).endpoint == endpoint


def test_a_region_of_the_settings_wins_then_the_variables() -> None:
    both = {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-2"}
    assert s3(both, region="eu-west-3").region == "eu-west-3"
    assert s3(both).region == "eu-west-1"
    assert s3({"AWS_DEFAULT_REGION": "eu-west-2"}).region == "eu-west-2"
    assert s3().region == "us-east-1"


def test_explicit_keys_are_mixed_with_nothing() -> None:
    environ = {"AWS_ACCESS_KEY_ID": "other", "AWS_SECRET_ACCESS_KEY": "x", "AWS_SESSION_TOKEN": "token"}
    assert s3(environ).credentials.now() == Keys("edges", "hush", None)
    assert s3(environ, session_token="mine").credentials.now() == Keys("edges", "hush", "mine")


@pytest.mark.parametrize(
    ("environ", "proxy"),
    [
        ({}, None),
        ({"HTTP_PROXY": "http://p:1"}, "http://p:1"),
        ({"HTTPS_PROXY": "http://p:1"}, None),
        ({"ALL_PROXY": "http://p:1"}, "http://p:1"),
        ({"HTTP_PROXY": "p:1"}, "http://p:1"),
        ({"HTTP_PROXY": "http://u:w@p"}, "http://u:w@p:80"),
        ({"HTTP_PROXY": "http://big:1", "http_proxy": "http://small:1/"}, "http://small:1"),
        ({"HTTP_PROXY": ""}, None),
        ({"HTTP_PROXY": "http://p:1", "NO_PROXY": "*"}, None),
        ({"HTTP_PROXY": "http://p:1", "NO_PROXY": "store.example"}, None),
        ({"HTTP_PROXY": "http://p:1", "NO_PROXY": " .example , x"}, None),
        ({"HTTP_PROXY": "http://p:1", "NO_PROXY": "*.store.example"}, None),
        ({"HTTP_PROXY": "http://p:1", "NO_PROXY": "store.example:9000"}, None),
        ({"HTTP_PROXY": "http://p:1", "NO_PROXY": "store.example:80"}, "http://p:1"),
        ({"HTTP_PROXY": "http://p:1", "NO_PROXY": "tore.example"}, "http://p:1"),
        ({"HTTP_PROXY": "http://p:1", "NO_PROXY": "10.0.0.0/8"}, "http://p:1"),
        ({"HTTP_PROXY": "http://p:1", "NO_PROXY": "other.example  store.example"}, None),
    ],
)
def test_one_reading_of_the_proxys_variables(environ: dict[str, str], proxy: str | None) -> None:
    assert proxy_for("http://a.store.example:9000/x", environ) == proxy


@pytest.mark.parametrize("rule", ["127.0.0.1", "127.0.0.0/8", "127.0.0.1:9000"])
def test_addresses_and_networks_are_left_out_of_proxying(rule: str) -> None:
    assert proxy_for("http://127.0.0.1:9000", {"HTTP_PROXY": "http://p:1", "NO_PROXY": rule}) is None


@pytest.mark.parametrize(
    "value",
    [
        "socks5://u:hush@p:1",
        "https://u:hush@p:1",
        "http://u:hush@p:1/path",
        "http://:1",
        "http://u:hu sh@p:1",
        "http://u:hush\n@p:1",
        "http://u:hüsh@p:1",
        "http://u:hush@p q:1",
        "http://u:hush@p:1?x",
        "http://u:hush@p:0",
    ],
)
def test_a_proxy_that_a_client_does_not_know_is_refused_without_its_password(value: str) -> None:
    with pytest.raises(SettingsRefused, match="HTTP_PROXY") as raised:
        proxy_for("http://store", {"HTTP_PROXY": value})
    assert "hush" not in str(raised.value)


def test_another_process_gets_the_place_and_only_keys_of_the_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AWS_ENDPOINT_URL_S3", "AWS_PROFILE", "AWS_CONFIG_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/nonexistent")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://driver:9000")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "of the driver")
    travelling = pinned(LakeSettings(url="s3://bucket/x"))
    assert (str(travelling.endpoint), travelling.region) == ("http://driver:9000/", "eu-west-1")
    assert travelling.access_key_id is None
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://elsewhere:1")
    there = here(travelling).s3
    assert there is not None
    assert there.endpoint == "http://driver:9000"


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"url": "/srv/lake", "sse": "aws:kms"}, "lake.sse"),
        ({"url": "gs://bucket/x", "endpoint": "http://h"}, "lake.endpoint"),
        ({"url": "gs://bucket/x", **KEYS}, "lake.access_key_id"),
        ({"url": "s3://bucket", "region": "eu/west"}, "eu/west"),
    ],
)
def test_what_a_place_has_no_use_for_is_refused(settings: dict[str, str], name: str) -> None:
    with pytest.raises(SettingsRefused, match=name):
        resolve(LakeSettings.model_validate(settings), {}, MachineKeys())


@pytest.mark.parametrize(
    "address",
    [
        "http://me:{}",
        "http://me:{}/path",
        "http://me:{}\uff20host/",
        "http://me%3A{}%40host:9000",
        "http://[{}]:9000",
        "HTTP://me:{}@host",
        "me:{}@host:9000",
        "http://host?{}",
    ],
)
@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL_S3", "HTTP_PROXY", "https_proxy"])
def test_an_address_of_the_machine_that_is_none_is_not_shown(address: str, name: str) -> None:
    secret = "hunter2-S3cr3t"
    environ = {name: address.format(secret)}
    scheme = "https" if name == "https_proxy" else "http"
    settings = {"url": "s3://bucket"} | ({} if "AWS" in name else {"endpoint": f"{scheme}://store:1"})
    try:
        resolve(LakeSettings.model_validate(settings), environ, MachineKeys())
    except SettingsRefused as error:
        assert name in error.found
        assert secret not in f"{error}{error.__cause__}"
    else:
        assert "AWS" not in name


@pytest.mark.parametrize(
    "command",
    [
        "/bin/sh -c 'echo token=hunter2-S3cr3t >&2; exit 1'",
        """/bin/echo '{"Version": "hunter2-S3cr3t"}'""",
        """/bin/echo '{"Version": 1, "SecretAccessKey": "hunter2-S3cr3t"'""",
    ],
)
def test_what_a_process_of_a_profile_wrote_is_not_quoted(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config").write_text(f"[default]\ncredential_process = {command}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises((LakeRefused, SettingsRefused)) as raised:
        MachineKeys().now()
    assert "hunter2" not in str(raised.value)


def test_a_ca_file_is_read_before_anybody_is_asked(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for named in (empty, tmp_path / "absent.pem", tmp_path, pipe):
        with pytest.raises(SettingsRefused, match="AWS_CA_BUNDLE"):
            s3({"AWS_CA_BUNDLE": str(named)})
    assert s3({"AWS_CA_BUNDLE": str(empty)}, endpoint="http://plain").extra_ca is None


@pytest.mark.parametrize("url", ["s3://bucket/x", "/srv/lake"])
def test_a_ca_file_of_the_settings_is_read_whatever_the_lake_is(url: str, tmp_path: Path) -> None:
    key_alone = tmp_path / "key.pem"
    key_alone.write_text(tls.KEY)
    for named in (key_alone, tmp_path / "absent.pem", tmp_path, "a\0b"):
        settings = LakeSettings(url=url, ca_file=str(named))
        with pytest.raises(SettingsRefused, match=r"lake\.ca_file names .*, which holds no certificates"):
            resolve(settings, {}, MachineKeys())


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + tls.VALID,
        tls.VALID.replace(" CERTIFICATE", " TRUSTED CERTIFICATE"),
        tls.VALID.replace(" CERTIFICATE", " X509 CERTIFICATE"),
    ],
    ids=["byte order mark", "trusted", "x509"],
)
def test_a_ca_file_that_only_openssl_can_read_is_refused(text: str, tmp_path: Path) -> None:
    """The store's client is another, and ended in a traceback."""
    named = tmp_path / "ca.pem"
    named.write_text(text)
    with pytest.raises(SettingsRefused, match="that not every client can read"):
        s3({}, ca_file=str(named), **KEYS)
    with pytest.raises(SettingsRefused, match="that not every client can read"):
        s3({"AWS_CA_BUNDLE": str(named)})
    s3({"SSL_CERT_FILE": str(named)})  # OpenSSL's own


def test_the_settings_ca_file_comes_before_the_variables_and_travels_by_its_whole_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ca.pem").write_text(tls.VALID)
    monkeypatch.chdir(tmp_path)
    found = s3({"AWS_CA_BUNDLE": "/no/such.pem"}, ca_file="ca.pem", **KEYS)
    assert found.extra_ca == Path("ca.pem")
    travelling = pinned(LakeSettings.model_validate({"url": "s3://b", "ca_file": "ca.pem", **KEYS}))
    assert travelling.ca_file == str(tmp_path / "ca.pem")


def test_a_user_without_a_home_has_no_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(_: int) -> None:
        raise KeyError

    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr("pwd.getpwuid", nobody)
    assert not signs_of_profiles({})


@pytest.mark.parametrize(
    "endpoint", ["http://host:0", "http://my_store:9000", "http://-a.example", f"http://{'x' * 64}"]
)
def test_an_endpoint_that_one_client_can_not_reach_is_refused_for_both(endpoint: str) -> None:
    with pytest.raises(SettingsRefused, match=r"lake\.endpoint"):
        s3(endpoint=endpoint)


@pytest.mark.parametrize("endpoint", ["http://[::1]:9000", "http://127.0.0.1", "https://s3.example."])
def test_an_address_of_any_family_is_an_endpoint(endpoint: str) -> None:
    assert s3(endpoint=endpoint).endpoint == endpoint


@pytest.mark.parametrize("part", ["access_key_id", "secret_access_key", "session_token"])
@pytest.mark.parametrize("sign", ["\n", "\x00", "\x1b"], ids=ascii)
def test_a_key_that_can_not_be_sent_is_refused_unseen(part: str, sign: str) -> None:
    with pytest.raises(SettingsRefused, match=part.replace("_", " ")) as raised:
        s3({}, **{part: f"hush{sign}hush"})
    assert "hush" not in str(raised.value)


def test_a_secret_of_the_environment_without_its_id_is_not_passed_by() -> None:
    environ = {"AWS_SECRET_ACCESS_KEY": "hush"}
    with pytest.raises(SettingsRefused, match="no access key id"):
        resolve(LakeSettings(url="s3://bucket"), environ, MachineKeys())
    assert s3(environ).credentials.now().access_key_id == "edges"


def test_nor_is_that_of_a_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = tmp_path / "credentials"
    keys.write_text("[default]\naws_secret_access_key = hush\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(keys))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with pytest.raises(SettingsRefused, match="no access key id"):
        resolve(LakeSettings(url="s3://bucket"), {"AWS_SHARED_CREDENTIALS_FILE": str(keys)}, MachineKeys())
