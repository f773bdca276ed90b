"""What a process has started, as the kernel tells it; what ends meanwhile is left out."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

LOOPBACK = {"127.0.0.1", "::1"}
_LISTENS = "0A"


def children(pid: int) -> list[int]:
    """Process ids, whichever thread started them."""
    found: list[int] = []
    for started in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):
            found += [int(child) for child in started.read_text().split()]
    return found


def descendants(pid: int) -> Iterator[tuple[int, str]]:
    """Process ids below it, with their command lines."""
    todo = [pid]
    while todo:
        for child in children(todo.pop()):
            todo.append(child)
            with suppress(FileNotFoundError, ProcessLookupError):
                yield child, Path(f"/proc/{child}/cmdline").read_text().replace("\0", " ")


def listeners(pid: int) -> list[tuple[str, int]]:
    """Addresses and ports that it listens on, by TCP, as the kernel tells them."""
    found: list[tuple[str, int]] = []
    with suppress(FileNotFoundError, ProcessLookupError):
        held = set()
        for one in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(FileNotFoundError):  # closed meanwhile
                held.add(str(one.readlink()))
        for table in ("tcp", "tcp6"):
            for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == _LISTENS and f"socket:[{fields[9]}]" in held:
                    address, _, port = fields[1].partition(":")
                    found.append((_address(address), int(port, 16)))
    return found


def _address(words: str) -> str:
    """The kernel writes each four bytes of an address in this machine's order."""
    packed = b"".join(
        int(words[at : at + 8], 16).to_bytes(4, sys.byteorder) for at in range(0, len(words), 8)
    )
    found = ipaddress.ip_address(packed)
    return str(getattr(found, "ipv4_mapped", None) or found)


def runs(pid: int) -> bool:
    """One that has ended does not, whether or not its parent has taken note of that."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False
