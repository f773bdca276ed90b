"""Spark's daemon of Python workers, in whose processes is noted what anybody on the machine could read of them."""

from __future__ import annotations

import os
from pathlib import Path


def note() -> None:
    """This process's variables, and the words of all above it; the driver's variables, for what it is not to have."""
    seen = Path(os.environ["WATCHED"])
    me = os.getpid()
    (seen / f"{me}.environ").write_bytes(Path("/proc/self/environ").read_bytes())
    process = me
    while process > 1:
        (seen / f"{process}.cmdline").write_bytes(Path(f"/proc/{process}/cmdline").read_bytes())
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        parent = int(fields[1])
        if b"java" in Path(f"/proc/{parent}/cmdline").read_bytes()[:200]:
            (seen / f"{parent}.driver").write_bytes(Path(f"/proc/{parent}/environ").read_bytes())
        process = parent


def serve() -> None:
    from pyspark import daemon  # it reads the command line when it is imported

    note()
    daemon.manager()


if __name__ == "__main__":
    serve()
