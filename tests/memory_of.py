"""What a process and all that it has started hold in memory, as the kernel tells it; shared pages count once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from processes import descendants


@dataclass
class Peak:
    """The most that was seen at one moment, in bytes; ``own`` without pages of files, which the kernel takes back."""

    own: int = 0
    whole: int = 0
    each: Counter[int] = field(default_factory=Counter)


@contextmanager
def peak_of(pid: int, every: float = 0.02) -> Iterator[Peak]:
    peak, done = Peak(), threading.Event()

    def look() -> None:
        while not done.wait(every):
            found = {one: _pss(one) for one in (pid, *(child for child, _ in descendants(pid)))}
            for one, parts in found.items():
                peak.each[one] = max(peak.each[one], parts["Pss_Anon"] + parts["Pss_Shmem"])
            peak.own = max(peak.own, sum(p["Pss_Anon"] + p["Pss_Shmem"] for p in found.values()))
            peak.whole = max(peak.whole, sum(p["Pss"] for p in found.values()))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()


def _pss(pid: int) -> Counter[str]:
    found = Counter[str]()
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
            name, value, _ = line.split()
            found[name.rstrip(":")] = int(value) * 1024
    return found
