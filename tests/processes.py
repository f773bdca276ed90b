"""What a process has started, as the kernel tells it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path


def children(pid: int) -> list[int]:
    """Process ids, whichever thread started them."""
    threads = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for started in threads for child in started.read_text().split()]


def descendants(pid: int) -> Iterator[tuple[int, str]]:
    """Process ids below it, with their command lines."""
    todo = [pid]
    while todo:
        for child in children(todo.pop()):
            todo.append(child)
            yield child, Path(f"/proc/{child}/cmdline").read_text().replace("\0", " ")
