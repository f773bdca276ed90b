"""Where the console listens, and which names a request may call it by. Pure, but for the token's file."""

from __future__ import annotations

import ipaddress
import re
from argparse import ArgumentTypeError
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from waybill_common.errors import SettingsRefused
from waybill_common.flag_types import refused
from waybill_common.listener import is_any, url_of
from waybill_common.settings import SecuritySettings, UnreadableFile, as_text, read_judged

LEAST_TOKEN = 16
"""Characters: what can't be guessed in a lifetime of tries."""

_LISTEN = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[A-Za-z0-9.-]{1,253})):(?P<port>[0-9]{1,5})")
_HOST = re.compile(
    r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[A-Za-z0-9._-]{1,253}))(?::(?P<port>[0-9]{1,5}))?"
)
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Address:
    """Where to listen; port 0 is any free one."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def is_any(self) -> bool:
        return is_any(self.host)

    def url(self, port: int) -> str:
        """To reach it on this machine."""
        return url_of(self.host, port)


def address(text: str) -> Address:
    """A flag's ``HOST:PORT``."""
    found = _LISTEN.fullmatch(text)
    if found is None or int(found["port"]) > 65_535:
        raise refused(text, "HOST:PORT, such as 127.0.0.1:8888 or [::1]:8888")
    return Address(found["six"] or found["host"], int(found["port"]))


def host_names(text: str) -> tuple[str, ...]:
    """A flag's names without ports, separated by commas."""
    names = tuple(text.lower().split(","))
    if not all(re.fullmatch(r"[a-z0-9._-]{1,253}|\[[0-9a-f:.]+\]", name) for name in names):
        raise refused(text, "names of hosts without ports, separated by commas")
    return tuple(name.strip("[]") for name in names)


def topic_names(text: str) -> tuple[str, ...]:
    """A flag's topics, separated by commas."""
    names = tuple(text.split(","))
    if not all(re.fullmatch(r"[A-Za-z0-9._-]{1,249}", name) for name in names):
        raise ArgumentTypeError(
            f"{text[:80]!r} is not possible here; allowed: names of topics, separated by commas"
        )
    return names


def require_token(listen: Address, token: str | None) -> None:
    """Raises ``SettingsRefused`` beyond loopback without a token."""
    if token is None and not listen.is_loopback:
        raise SettingsRefused(
            f"--listen {listen.host}:{listen.port} is reached from other machines, and there is no --token-file.",
            allowed="127.0.0.1, ::1 or localhost; any other address with --token-file.",
            remedy="write a random token into a file that only this user reads (openssl rand -hex 24), and name it "
            "with --token-file.",
        )


def read_token(path: Path | None, security: SecuritySettings) -> str | None:
    """The token that a file holds, without the blanks around it; None where no file is named.

    Raises ``SettingsRefused``, also where others can read or write just the file that was read.
    """
    if path is None:
        return None
    try:
        content, access = read_judged(path)
        token = as_text(content).strip()
    except UnreadableFile as error:
        raise SettingsRefused(
            f"--token-file {path} can't be read: {error}.",
            allowed="a file with one line of text.",
            remedy="correct the path or the file's mode.",
        ) from error
    if len(token) < LEAST_TOKEN or len(token.splitlines()) > 1:
        raise SettingsRefused(
            f"--token-file {path} holds {len(token)} characters in {len(token.splitlines())} lines.",
            allowed=f"one line of at least {LEAST_TOKEN} characters.",
            remedy="make one with `openssl rand -hex 24`.",
        )
    if access.writable or (access.readable and not security.readable_files):
        raise SettingsRefused(
            f"Others can {'write' if access.writable else 'read'} --token-file {path} (mode {access.mode:04o}).",
            allowed="a file of its owner's alone; others may read one below /run/secrets, on tmpfs, on a read-only "
            "mount, or where security.readable_files is true.",
            remedy="make a new token, and chmod 600 its file.",
        )
    return token


def known_hosts(listen: Address, others: Iterable[str]) -> frozenset[str]:
    """What ``Host`` may name, without its port. A page of another name could be one that points at this address."""
    own = () if listen.is_any else (listen.host.lower(),)
    return frozenset((*_LOOPBACK, *own, *others))


def is_known_host(header: str | None, known: frozenset[str]) -> bool:
    found = _HOST.fullmatch(header or "")
    return found is not None and (found["six"] or found["host"]).lower() in known


def is_own_origin(origin: str | None, host: str, scheme: str) -> bool:
    """Whether a form came from a page of this console; what names no origin did not."""
    return origin is not None and origin.lower() in (f"{scheme}://{host}".lower(), f"https://{host}".lower())
