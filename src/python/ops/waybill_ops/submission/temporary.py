"""Where the driver's JVM keeps temporary files: Java itself knows no TMPDIR."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

_PLAIN = re.compile(r"/[\w./+-]+")


def options_for_temporary(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The JVM's option for TMPDIR, as Python chooses it: where it can be written to.

    None where its name is one that Spark could read as something else, such as a list: Java's own choice is as good.
    """
    folder = environ.get("TMPDIR", "")
    usable = _PLAIN.fullmatch(folder) and Path(folder).is_dir() and os.access(folder, os.W_OK | os.X_OK)
    return (f"-Djava.io.tmpdir={folder}",) if usable else ()
