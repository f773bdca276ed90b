from __future__ import annotations

import secrets

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from waybill_common.errors import SettingsRefused
from waybill_common.settings import PseudonymSettings
from waybill_producer.events.pseudonym import PseudonymKey, encrypt_zip, is_weak, pseudonym_key

STRONG = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"


def test_a_pseudonym_is_hmac_sha256_behind_its_key_id() -> None:
    """RFC 4231, test case 2."""
    assert encrypt_zip("what do ya want for nothing?", PseudonymKey("k1", b"Jefe")) == (
        "k1:5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )


def test_leading_zeros_count() -> None:
    key = PseudonymKey("k1", b"x" * 32)
    assert encrypt_zip("0378", key) != encrypt_zip("378", key)


@pytest.mark.parametrize("key", [None, "", "short"], ids=["none", "empty", "short"])
def test_no_usable_key_no_start(key: str | None) -> None:
    with pytest.raises(SettingsRefused) as caught:
        pseudonym_key(PseudonymSettings(key=None if key is None else SecretStr(key)))
    assert "pseudonym.key" in caught.value.found
    assert "KEY_FILE" in caught.value.remedy


def test_the_key_is_never_shown() -> None:
    key = pseudonym_key(PseudonymSettings(key=SecretStr(STRONG), key_id="2026-11"))
    assert key == PseudonymKey("2026-11", STRONG.encode())
    assert STRONG[:8] not in repr(key)


WEAK = {
    "one character": "a" * 32,
    "two": "ab" * 40,
    "a word over and over": "changeme" * 4,
    "digits over and over": "1234567890" * 4,
    "all of hex twice": "0123456789abcdef" * 2,
    "the alphabet": "zyxwvutsrqponmlkjihgfedcba987654",
    "one character and an end": "a" * 56 + "bcdefghi",
    "noughts before a number": "0" * 25 + "1234567",
    "pairs": "aabbccddeeffgghhiijjkkllmmnnoopp",
    "a word over and over, and an end": "change-me-" * 3 + "12",
    "few characters in any order": "abcdefgabdcfegabcdeffgedcbaabcdefgaaaabbb",
}


@pytest.mark.parametrize("key", WEAK.values(), ids=WEAK)
def test_a_key_that_can_be_guessed_is_refused(key: str) -> None:
    with pytest.raises(SettingsRefused, match="can be guessed") as caught:
        pseudonym_key(PseudonymSettings(key=SecretStr(key)))
    assert key[:7] not in str(caught.value)


@pytest.mark.parametrize("key", WEAK.values(), ids=WEAK)
def test_where_the_topic_has_records_a_weak_key_is_one_warning_with_the_steps_of_rotation(key: str) -> None:
    with capture_logs() as logs:
        found = pseudonym_key(PseudonymSettings(key=SecretStr(key)), lambda: True)
    assert found.secret == key.encode()
    [line] = logs
    assert line["log_level"] == "warning"
    assert [step[:2] for step in line["rotation"]] == ["1.", "2.", "3.", "4."]
    assert "pseudonym.key_id" in line["rotation"][1]
    assert key[:7] not in str(line)


def test_a_random_key_is_never_weak() -> None:
    assert not any(is_weak(secrets.token_hex(16)) for _ in range(3_000))
    assert not any(is_weak(secrets.token_urlsafe(24)) for _ in range(1_000))


def test_nobody_is_asked_about_a_strong_key() -> None:
    def never() -> bool:
        raise AssertionError

    assert pseudonym_key(PseudonymSettings(key=SecretStr(STRONG)), never).secret == STRONG.encode()
