"""Postcodes as pseudonyms.

There are few postcodes, so a plain hash is undone by hashing them all; with a key only its holder can do that.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import structlog

from waybill_common.errors import SettingsRefused
from waybill_common.settings import PseudonymSettings

SHORTEST_KEY = 32
"""Characters: 128 bits as hex."""

_FEWEST_DIFFERENT = 8
_LOOKED_AT = 512
"""Characters: a file may be long."""

_FORESEEN = 0.7
"""Of a key's characters, at most: of a random one in hex it is a fifth by the ones before, and a sixteenth by any
period."""

_ROTATION = (
    "make a key with `openssl rand -hex 32` in a file that only the producer may read",
    "name that file in WAYBILL_PSEUDONYM__KEY_FILE and, in the same restart, set pseudonym.key_id to a new name",
    "rows from then on have the new name before each pseudonym, and match none of those before",
    "destroy the old key once nobody has to compare with those",
)


@dataclass(frozen=True)
class PseudonymKey:
    """A key with the id that stands before each pseudonym made with it."""

    id: str
    secret: bytes = field(repr=False)

    @cached_property
    def begun(self) -> hmac.HMAC:
        """An HMAC that has taken in the key and nothing else: copy it."""
        return hmac.new(self.secret, digestmod=hashlib.sha256)


def pseudonym_key(settings: PseudonymSettings, in_use: Callable[[], bool] = lambda: False) -> PseudonymKey:
    """The key; raises ``SettingsRefused`` where there is none, or one that can be guessed.

    A weak one of a stream that is ``in_use`` is warned of: another one would change its pseudonyms at once. ``in_use``
    is asked only then.
    """
    text = settings.key.get_secret_value() if settings.key is not None else ""
    if len(text) < SHORTEST_KEY:
        raise SettingsRefused(
            f"pseudonym.key has {len(text)} characters." if text else "pseudonym.key is not set.",
            allowed=f"a random key of at least {SHORTEST_KEY} characters, the same one for the whole stream.",
            remedy="make one with `openssl rand -hex 32` in a file that only the producer may read, "
            "and name that file in WAYBILL_PSEUDONYM__KEY_FILE.",
        )
    if is_weak(text):
        if not in_use():
            raise SettingsRefused(
                f"pseudonym.key can be guessed: it has fewer than {_FEWEST_DIFFERENT} different characters, repeats a "
                "part of itself, or counts.",
                allowed=f"a random key of at least {SHORTEST_KEY} characters, the same one for the whole stream.",
                remedy="make one with `openssl rand -hex 32` in a file that only the producer may read, "
                "and name that file in WAYBILL_PSEUDONYM__KEY_FILE.",
            )
        structlog.get_logger().warning(
            "weak pseudonym key",
            why="it can be guessed, and each postcode with it; the topic has records, so this run goes on with it",
            rotation=[f"{number}. {step}" for number, step in enumerate(_ROTATION, start=1)],
        )
    return PseudonymKey(settings.key_id, text.encode())


def is_weak(key: str) -> bool:
    """Few different characters, or most of them as one would expect: over and over again, or by the alphabet."""
    key = key[:_LOOKED_AT]
    steps = [abs(ord(after) - ord(before)) <= 1 for before, after in pairwise(key)]
    repeated = (
        [before == after for before, after in zip(key, key[period:], strict=False)]
        for period in range(2, len(key) // 2 + 1)
    )
    return len(set(key)) < _FEWEST_DIFFERENT or any(
        sum(foreseen) > _FORESEEN * len(foreseen) for foreseen in (steps, *repeated)
    )


def encrypt_zip(postcode: str, key: PseudonymKey) -> str:
    """``<key id>:<HMAC-SHA256 of the postcode in UTF-8, hex>``."""
    made = key.begun.copy()
    made.update(postcode.encode())
    return f"{key.id}:{made.hexdigest()}"
