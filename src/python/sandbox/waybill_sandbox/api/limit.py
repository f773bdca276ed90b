"""The API's rate limit: users, not requests, for each client, in a window that is reset for everybody at once."""

from __future__ import annotations

from dataclasses import dataclass, replace

LIMIT_USERS = 20_000
WINDOW_SECONDS = 300.0


@dataclass(frozen=True)
class ServedUsers:
    """The users served to each client since ``opened`` (seconds of a monotonic clock)."""

    opened: float
    served: tuple[tuple[str, int], ...] = ()

    def of(self, client: str) -> int:
        return dict(self.served).get(client, 0)


def admit(
    window: ServedUsers, client: str, users: int, now: float, *, limit: int, seconds: float
) -> tuple[bool, ServedUsers]:
    """Whether a request is served, and the window after it.

    As the real one does, it looks at what a client has had before, so the request that passes the limit is served.
    """
    if now - window.opened >= seconds:
        window = ServedUsers(opened=now)
    had = window.of(client)
    if had >= limit:
        return False, window
    return True, replace(window, served=tuple((dict(window.served) | {client: had + users}).items()))
