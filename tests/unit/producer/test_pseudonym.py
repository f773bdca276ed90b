from __future__ import annotations

import pytest
from pydantic import SecretStr

from waybill_common.errors import SettingsRefused
from waybill_common.settings import PseudonymSettings
from waybill_producer.events.pseudonym import PseudonymKey, encrypt_zip, pseudonym_key


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
    key = pseudonym_key(PseudonymSettings(key=SecretStr("s" * 32), key_id="2026-11"))
    assert key == PseudonymKey("2026-11", b"s" * 32)
    assert "sss" not in repr(key)
