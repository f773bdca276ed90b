"""What a process has started, as the kernel tells it; what ends meanwhile is left out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


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


def runs(pid: int) -> bool:
    """One that has ended does not, whether or not its parent has taken note of that."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False
