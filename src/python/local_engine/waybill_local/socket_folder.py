"""Where the socket lies by which the driver reaches the server that forks its workers."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

_LONGEST = 107 - len("/pymp-xxxxxxxx/listener-xxxxxxxx")
"""A socket's path has 107 bytes at most; multiprocessing puts its own among temporary files, under such a name."""


@contextmanager
def short_socket_path() -> Iterator[None]:
    """For the block in which the server is started: in /tmp, where TMPDIR is too long, in a folder for this user alone
    as anywhere."""
    before = tempfile.tempdir
    if len(os.fsencode(tempfile.gettempdir())) > _LONGEST:
        tempfile.tempdir = "/tmp"  # noqa: S108  # mkdtemp makes the folder in it
    try:
        yield
    finally:
        tempfile.tempdir = before
