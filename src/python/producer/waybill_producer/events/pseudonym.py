"""Postcodes as pseudonyms.

There are few postcodes, so a plain hash is undone by hashing them all; with a key only its holder can do that.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from functools import cached_property

from waybill_common.errors import SettingsRefused
from waybill_common.settings import PseudonymSettings

SHORTEST_KEY = 32
"""Characters: 128 bits as hex."""


@dataclass(frozen=True)
class PseudonymKey:
    """A key with the id that stands before each pseudonym made with it."""

    id: str
    secret: bytes = field(repr=False)

    @cached_property
    def begun(self) -> hmac.HMAC:
        """An HMAC that has taken in the key and nothing else: copy it."""
        return hmac.new(self.secret, digestmod=hashlib.sha256)


def pseudonym_key(settings: PseudonymSettings) -> PseudonymKey:
    """The key; raises ``SettingsRefused`` where there is none, or one short enough to be guessed."""
    text = settings.key.get_secret_value() if settings.key is not None else ""
    if len(text) < SHORTEST_KEY:
        raise SettingsRefused(
            f"pseudonym.key has {len(text)} characters." if text else "pseudonym.key is not set.",
            allowed=f"a random key of at least {SHORTEST_KEY} characters, the same one for the whole stream.",
            remedy="make one with `openssl rand -hex 32` in a file that only the producer may read, "
            "and name that file in WAYBILL_PSEUDONYM__KEY_FILE.",
        )
    return PseudonymKey(settings.key_id, text.encode())


def encrypt_zip(postcode: str, key: PseudonymKey) -> str:
    """``<key id>:<HMAC-SHA256 of the postcode in UTF-8, hex>``."""
    made = key.begun.copy()
    made.update(postcode.encode())
    return f"{key.id}:{made.hexdigest()}"
