"""Where a console listens, and by which names it may be called."""

from __future__ import annotations

import os
from argparse import ArgumentTypeError
from pathlib import Path

import pytest

from waybill_common.errors import SettingsRefused
from waybill_common.settings import SecuritySettings, files
from waybill_console.security.listen import (
    address,
    host_names,
    is_known_host,
    is_own_origin,
    known_hosts,
    read_token,
    require_token,
    topic_names,
)

HERE = address("127.0.0.1:8888")
CLOSED = SecuritySettings()


@pytest.mark.parametrize("text", ["127.0.0.1:1", "127.9.9.9:1", "[::1]:8888", "localhost:0"])
def test_loopback_needs_no_token(text: str) -> None:
    require_token(address(text), None)


@pytest.mark.parametrize(
    "text", ["0.0.0.0:8888", "[::]:8888", "10.0.0.1:8888", "host.example:8888", "localhost.example:1"]
)
def test_beyond_loopback_a_token_is_required(text: str) -> None:
    with pytest.raises(SettingsRefused, match="--token-file"):
        require_token(address(text), None)
    require_token(address(text), "0" * 16)


@pytest.mark.parametrize(
    "text", ["", "8888", ":8888", "localhost", "localhost:70000", "::1:8888", "a b:1", "[x]:1", "h:1\n"]
)
def test_no_address_is_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="allowed"):
        address(text)


@pytest.mark.parametrize(
    ("given", "fits"),
    [
        ("localhost:8888", True),
        ("LOCALHOST", True),
        ("127.0.0.1:9", True),
        ("[::1]:8888", True),
        ("kafka_ui:8888", True),
        ("evil.example", False),
        ("localhost.evil.example", False),
        ("localhost:8888@evil.example", False),
        ("", False),
        (None, False),
        ("localhost:8888\n", False),
        ("127.0.0.1:x", False),
        ("0.0.0.0:8888", False),
    ],
)
def test_only_known_names_are_answered(given: str | None, fits: bool) -> None:
    known = known_hosts(address("0.0.0.0:8888"), host_names("kafka_ui"))
    assert is_known_host(given, known) == fits


@pytest.mark.parametrize(
    ("origin", "fits"),
    [
        ("http://localhost:8888", True),
        ("https://localhost:8888", True),
        ("http://localhost:9999", False),
        ("http://localhost", False),
        ("http://localhost:8888.evil.example", False),
        ("null", False),
        (None, False),
        ("", False),
    ],
)
def test_only_this_consoles_own_forms_are_taken(origin: str | None, fits: bool) -> None:
    assert is_own_origin(origin, "localhost:8888", "http") == fits


@pytest.mark.parametrize(
    ("text", "why"), [("short", "5 characters"), ("a" * 20 + "\n" + "b" * 20, "2 lines"), ("", "0 char")]
)
def test_a_token_that_is_none_is_refused_and_not_shown(text: str, why: str, tmp_path: Path) -> None:
    secret(tmp_path / "token", text)
    with pytest.raises(SettingsRefused, match=why) as refused:
        read_token(tmp_path / "token", CLOSED)
    assert not text or text[:5] not in str(refused.value).replace(str(tmp_path), "")


def test_a_token_is_read_without_the_blanks_around_it(tmp_path: Path) -> None:
    secret(tmp_path / "token", f" {'t' * 20}\n")
    assert read_token(tmp_path / "token", CLOSED) == "t" * 20
    assert read_token(None, CLOSED) is None
    with pytest.raises(SettingsRefused, match="no such file"):
        read_token(tmp_path / "none", CLOSED)


def test_a_tokens_pipe_is_read_once_and_waited_for_within_bounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As ``<(vault read …)``: what is judged is what was read."""
    reading, writing = os.pipe()
    os.write(writing, b"t" * 20)
    os.close(writing)
    assert read_token(Path(f"/dev/fd/{reading}"), CLOSED) == "t" * 20
    os.close(reading)
    os.mkfifo(tmp_path / "token", 0o600)
    monkeypatch.setattr(files, "_SECONDS", 0.1)
    with pytest.raises(SettingsRefused, match="nothing more came"):
        read_token(tmp_path / "token", CLOSED)


def secret(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)


@pytest.mark.parametrize(
    ("mode", "allowed", "what"),
    [
        (0o600, False, None),
        (0o640, False, None),
        (0o644, False, "read"),
        (0o644, True, None),
        (0o666, True, "write"),
    ],
)
def test_a_tokens_file_is_its_owners(
    mode: int, allowed: bool, what: str | None, tmp_path: Path
) -> None:  # a case
    path = tmp_path / "token"
    path.write_text("t" * 20)
    path.chmod(mode)
    security = SecuritySettings(readable_files=allowed)
    if what is None:
        assert read_token(path, security) == "t" * 20
        return
    with pytest.raises(SettingsRefused, match=f"Others can {what} --token-file"):
        read_token(path, security)


def test_names_of_hosts_and_topics_are_checked() -> None:
    assert host_names("Kafka_UI,[::1],a.b") == ("kafka_ui", "::1", "a.b")
    assert topic_names("..a,b-c_d") == ("..a", "b-c_d")
    for check in (host_names, topic_names):
        for text in ("", "a,,b", "a b", "a/b"):
            with pytest.raises(ArgumentTypeError, match="; allowed: "):
                check(text)
