"""Where the socket lies by which the driver reaches the server that forks its workers: nowhere, once that listens.

A file of that name would outlive a run that is killed, and a run could not replace a worker once somebody has
tidied TMPDIR.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import forkserver, process
from typing import Any

_LONGEST = 107 - len("/waybill-xxxxxxxx/listener-xxxxxxxx")
"""A socket's path has 107 bytes at most; multiprocessing puts its own into the folder, under such a name."""


@contextmanager
def passing_socket() -> Iterator[None]:
    """For the block in which the server is started: a folder for this user alone, which is gone after it. It is in
    /tmp, where TMPDIR is too long. The socket is reached by a descriptor from then on.
    """
    server: Any = forkserver._forkserver  # noqa: SLF001
    config: Any = process.current_process()._config  # type: ignore[attr-defined]  # noqa: SLF001
    before, address = config.get("tempdir"), server._forkserver_address  # noqa: SLF001
    short = len(os.fsencode(tempfile.gettempdir())) <= _LONGEST
    with tempfile.TemporaryDirectory(prefix="waybill-", dir=None if short else "/tmp") as folder:  # noqa: S108
        config["tempdir"] = folder
        try:
            yield
            if server._forkserver_address != address:  # noqa: SLF001
                descriptor = os.open(server._forkserver_address, os.O_PATH)  # noqa: SLF001
                server._forkserver_address = f"/proc/self/fd/{descriptor}"  # noqa: SLF001
        finally:
            config["tempdir"] = before
