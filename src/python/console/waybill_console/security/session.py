"""Sessions: a signed cookie, and what follows from it. Nothing is kept here but one secret, made at the start."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

LASTS = 12 * 3600.0
"""Seconds."""

_COOKIE = re.compile(r"([0-9a-f]{32})\.([0-9]{1,12})\.([01])\.([0-9a-f]{64})")


@dataclass(frozen=True)
class Session:
    """``number`` is random; ``is_signed_in`` says that the token was shown."""

    number: str
    ends: int
    is_signed_in: bool

    @property
    def short(self) -> str:
        """For logs: tells sessions apart, and is of no use to who reads it."""
        return hashlib.sha256(self.number.encode()).hexdigest()[:8]


@dataclass
class Sessions:
    """Signs and reads cookies. ``token`` is None where none is asked for."""

    token: str | None
    clock: Callable[[], float] = time.time
    _secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    _failures: list[float] = field(default_factory=list, repr=False)

    def new(self, *, signed_in: bool = False) -> Session:
        return Session(secrets.token_hex(16), int(self.clock() + LASTS), signed_in or self.token is None)

    def cookie(self, session: Session) -> str:
        said = f"{session.number}.{session.ends}.{int(session.is_signed_in)}"
        return f"{said}.{self._sign('session', said)}"

    def read(self, cookie: str | None) -> Session | None:
        """None for a cookie that is not of this process, or over."""
        found = _COOKIE.fullmatch(cookie or "")
        if found is None or not hmac.compare_digest(
            found[4], self._sign("session", found[0].rpartition(".")[0])
        ):
            return None
        session = Session(found[1], int(found[2]), found[3] == "1")
        return session if session.ends > self.clock() else None

    def form_token(self, session: Session) -> str:
        """What each form of the session carries, so that no other page can send it."""
        return self._sign("form", session.number)

    def is_form_token(self, session: Session, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self.form_token(session).encode())

    def is_token(self, given: str) -> bool:
        """Whether ``given`` is the token. Ten wrong ones in a minute, whoever sent them, are enough for that minute."""
        self._failures = [at for at in self._failures if self.clock() - at < 60]
        if self.token is None or self.is_throttled:
            return False
        right = hmac.compare_digest(given.strip().encode("utf-8", "replace"), self.token.encode())
        if not right:
            self._failures.append(self.clock())
        return right

    @property
    def is_throttled(self) -> bool:
        return len(self._failures) >= 10

    def _sign(self, purpose: str, text: str) -> str:
        return hmac.new(self._secret, f"{purpose}:{text}".encode(), "sha256").hexdigest()


def is_path_here(path: str) -> bool:
    """Whether to go on to ``path`` after signing in stays on this console."""
    return re.fullmatch(r"/(?![/\\])[!-~]{0,2000}", path) is not None and "\\" not in path
