"""Settings files and secrets' files: what an editor, a shell or a secret store may make of them."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from unit.settings.conftest import load, refusal

from waybill_common.settings import files

TOML = '[stream]\ntopic = "other"\n'
KEY = "WAYBILL_PSEUDONYM__KEY"


def secret_of(folder: Path, content: bytes) -> str:
    (folder / "key").write_bytes(content)
    key = load([], {f"{KEY}_FILE": str(folder / "key")}).pseudonym.key
    assert key is not None
    return key.get_secret_value()


@pytest.mark.parametrize(
    "content",
    [b"\xef\xbb\xbf" + TOML.encode(), TOML.replace("\n", "\r\n").encode(), TOML.rstrip().encode()],
    ids=["BOM", "CRLF", "no last newline"],
)
def test_a_file_is_read_however_an_editor_left_it(content: bytes, folder: Path) -> None:
    (folder / "waybill.toml").write_bytes(content)
    assert load().stream.topic == "other"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (TOML.encode("utf-16"), "it is UTF-16 or UTF-32, not UTF-8"),
        (TOML.encode("utf-16-le"), "it is UTF-16 or UTF-32, not UTF-8"),
        (TOML.encode("utf-16-be"), "it is UTF-16 or UTF-32, not UTF-8"),
        (b'[stream]\ntopic = "caf\xe9"\n', "it is not UTF-8 (line 2)"),
        (b"\x00" * 20, "it is UTF-16 or UTF-32, not UTF-8"),
        (b"[kafka", "is no TOML"),
        (b"[kafka]\ntimeout = " + b"9" * 5000, "is no TOML"),
        (b"[kafka]\ntimeout = 2026-13-40", "is no TOML"),
        (b"[kafka]\ntimeout = " + b"[" * 5000, "is no TOML"),
        (b"[kafka]\n[kafka]\n", "is no TOML"),
        (b"#" * ((1 << 20) + 1), "it is larger than 1,048,576 bytes"),
    ],
    ids=["UTF-16", "LE", "BE", "Latin-1", "zeros", "cut off", "digits", "date", "deep", "twice", "large"],
)
def test_a_file_that_is_none_is_refused_with_the_reason(content: bytes, why: str, folder: Path) -> None:
    (folder / "waybill.toml").write_bytes(content)
    found = refusal().found
    assert "waybill.toml" in found
    assert why in found


@pytest.mark.parametrize(
    ("place", "why"),
    [("", "is empty"), ("gone.toml", "no such file"), (".", "it is a folder"), ("/dev/zero", "larger than")],
    ids=["empty", "missing", "folder", "endless"],
)
@pytest.mark.parametrize("how", ["--config", "WAYBILL_CONFIG"])
def test_a_place_that_holds_none_is_refused_with_what_named_it(how: str, place: str, why: str) -> None:
    found = refusal(
        [f"--config={place}"] if how == "--config" else [], {} if how == "--config" else {how: place}
    ).found
    assert how in found
    assert why in found


def test_a_default_file_that_leads_nowhere_is_not_passed_over(folder: Path) -> None:
    (folder / "waybill.toml").symlink_to("gone.toml")
    assert "waybill.toml can't be read: no such file" in refusal().found


@pytest.mark.parametrize("target", ["settings", "secret"])
def test_a_pipe_will_do(target: str, folder: Path) -> None:
    """``--config <(sops -d waybill.toml)``."""
    reads, writes = os.pipe()
    content = TOML if target == "settings" else "a secret\n"

    def write() -> None:
        os.write(writes, content.encode())
        os.close(writes)

    writer = threading.Timer(0.05, write)
    writer.start()
    try:
        if target == "settings":
            assert load([f"--config=/dev/fd/{reads}"]).stream.topic == "other"
        else:
            assert load([], {f"{KEY}_FILE": f"/dev/fd/{reads}"}).pseudonym.key is not None
    finally:
        writer.join()
        os.close(reads)


def test_a_pipe_that_says_nothing_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_SECONDS", 0.05)
    reads, writes = os.pipe()
    try:
        assert "nothing more came" in refusal([f"--config=/dev/fd/{reads}"]).found
    finally:
        os.close(reads)
        os.close(writes)


def test_nor_is_a_named_pipe_without_a_writer(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_SECONDS", 0.05)
    os.mkfifo(folder / "key")
    assert "nothing more came" in refusal([], {f"{KEY}_FILE": str(folder / "key")}).found


@pytest.mark.parametrize(
    "content", [b"a b", b"a b\n", b"a b\r\n", b"a b\n\n"], ids=["bare", "newline", "CRLF", "two newlines"]
)
def test_a_secrets_last_newlines_are_none_of_it(content: bytes, folder: Path) -> None:
    assert secret_of(folder, content) == "a b"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "no such file"),
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b" \n", "is empty"),
        (b"key \n", "begins or ends with blanks"),
        (b"\tkey", "begins or ends with blanks"),
        (b"\xef\xbb\xbfkey", "byte order mark"),
        ("key".encode("utf-16"), "it is UTF-16"),
        (b"k\xe9y", "it is not UTF-8"),
        (b"key is\x00x", "NUL"),
    ],
    ids=[
        "missing",
        "empty",
        "newline",
        "blank",
        "blank behind",
        "tab before",
        "BOM",
        "UTF-16",
        "Latin-1",
        "NUL",
    ],
)
def test_a_secrets_file_that_can_not_be_meant_is_refused(
    content: bytes | None, why: str, folder: Path
) -> None:
    if content is not None:
        (folder / "key").write_bytes(content)
    found = refusal([], {f"{KEY}_FILE": str(folder / "key")}).found
    assert found.startswith(f"{KEY}_FILE names {folder}/key, which ")
    assert why in found


@pytest.mark.parametrize(
    ("place", "why"), [("", "names nothing"), ("/", "it is a folder"), ("/dev/zero", "larger")]
)
def test_so_is_a_place_that_holds_none(place: str, why: str) -> None:
    assert why in refusal([], {f"{KEY}_FILE": place}).found


def test_a_table_of_secrets_may_have_blanks_around_it(folder: Path) -> None:
    (folder / "kafka").write_text('\n {"sasl.password": " p "} \n\n')
    secrets = load([], {"WAYBILL_KAFKA__SECRETS_FILE": str(folder / "kafka")}).kafka.secrets
    assert secrets["sasl.password"].get_secret_value() == " p "


@pytest.mark.parametrize("also", [KEY, KEY.lower()])
def test_a_secret_and_its_file_are_not_both_given(also: str, folder: Path) -> None:
    (folder / "key").write_text("one")
    found = refusal([], {f"{KEY}_FILE": str(folder / "key"), also: "another"}).found
    assert found == f"{KEY}_FILE and {KEY} are both set; remove one."
