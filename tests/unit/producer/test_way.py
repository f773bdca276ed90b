"""What the machine says of proxies and certificates."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from unit.producer.tls import VALID

from waybill_common.errors import SettingsRefused
from waybill_common.web import DIRECT
from waybill_common.web.proxies import way_to

API = "https://api.example/api/"


@pytest.fixture(autouse=True)
def _no_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "no_proxy",
        "REQUESTS_CA_BUNDLE",
        "CURL_CA_BUNDLE",
    ):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def test_without_variables_the_way_is_direct() -> None:
    assert way_to(API, {}) == DIRECT


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_a_proxy_of_the_environment_is_taken(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "http://me:s3cret@proxy.example:3128")
    way = way_to(API, {})
    assert list(way.proxies.values()) == ["http://me:s3cret@proxy.example:3128"]
    assert "s3cret" not in repr(way)


def test_a_proxy_that_is_not_taken_is_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://proxy.example:1080")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    assert way_to(API, {}).proxies["https"] == "http://proxy.example:3128"


@pytest.mark.parametrize("excepted", ["api.example", ".example", "*"])
def test_no_proxy_is_obeyed(excepted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", excepted)
    assert way_to(API, {}) == DIRECT


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "[::1]:8080"])
def test_this_machine_is_reached_without_a_proxy(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    assert way_to(f"http://{host}/", {}) == DIRECT


@pytest.mark.parametrize(
    "proxy",
    [
        "socks5://me:s3cret@proxy.example:1080",
        "ftp://proxy.example",
        "http://",
        "http://[::1",
        "http://a:b:c",
        "http://me:s3cret@proxy example:3128",
        "http://me:s3cret@pröxy.example:3128",
        "http://me:s3cret\n@proxy.example:3128",
    ],
)
def test_a_proxy_that_could_never_serve_is_refused_unseen(
    proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(SettingsRefused, match="HTTPS_PROXY") as raised:
        way_to(API, {})
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize("url", [API, "https://127.0.0.1/"], ids=["away", "here"])
def test_certificates_of_the_environment_are_taken(url: str, tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.write_text(VALID)
    assert way_to(url, {"REQUESTS_CA_BUNDLE": str(bundle), "CURL_CA_BUNDLE": "/none"}).ca == str(bundle)
    assert way_to(url, {"REQUESTS_CA_BUNDLE": "", "CURL_CA_BUNDLE": str(tmp_path)}).ca == str(tmp_path)


@pytest.mark.parametrize("content", [None, "no certificate", "\x00"], ids=["missing", "text", "zero"])
def test_certificates_that_can_not_be_read_are_refused(content: str | None, tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    if content is not None:
        bundle.write_text(content)
    assert way_to(API, {"REQUESTS_CA_BUNDLE": str(bundle)}, Path("/etc/own.pem")).ca == "/etc/own.pem"
    with pytest.raises(SettingsRefused, match=r"REQUESTS_CA_BUNDLE names .*ca\.pem"):
        way_to(API, {"REQUESTS_CA_BUNDLE": str(bundle)})


def test_a_pipe_holds_no_certificates_and_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(SettingsRefused, match="CURL_CA_BUNDLE"):
        way_to(API, {"CURL_CA_BUNDLE": str(pipe)})


def test_a_blank_is_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", " ")
    assert way_to(API, {}) == DIRECT
