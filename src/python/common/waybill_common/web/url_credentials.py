"""A user and a password: sent, and never shown."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

from pydantic import SecretStr

BasicCredentials = tuple[str, str]
"""User and password."""


def credentials_of(username: str | None, password: SecretStr | None) -> BasicCredentials | None:
    """None where either is missing."""
    return None if username is None or password is None else (username, password.get_secret_value())


def basic_bytes(given: BasicCredentials) -> tuple[bytes, bytes]:
    """As Basic takes them: in Latin-1, as ``requests`` has it, and in UTF-8 what has no place there."""
    user, password = given
    try:
        return user.encode("latin-1"), password.encode("latin-1")
    except UnicodeEncodeError:
        return user.encode(), password.encode()


def without_credentials(text: str, given: BasicCredentials | None) -> str:
    """What a server said, without our password in any spelling: some send back what they were sent."""
    if given is None:
        return text
    password = given[1]
    basic = base64.b64encode(b":".join(basic_bytes(given))).decode()
    spellings = (basic, password, repr(password)[1:-1], json.dumps(password)[1:-1], quote(password, safe=""))
    for secret in sorted(filter(None, spellings), key=len, reverse=True):
        text = text.replace(secret, "***")
    return text
