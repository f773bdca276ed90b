"""The classes that Spark loads, kept ready on a machine: the JVM's class data sharing (JEP 350).

The JVM checks an archive against its own build and its class path, and does without one that does not fit. It does not
check for one that is cut off, and crashes: so an archive gets its name once it is whole.
"""

from __future__ import annotations

import hashlib
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from waybill_common.errors import SettingsRefused

_QUIET = "-Xlog:cds*=off"
"""The JVM's warnings go to stdout, which is the application's."""

_ABANDONED_SECONDS = 3600.0
"""A draft is written within seconds: an older one is that of a run that was killed."""


@dataclass(frozen=True)
class ClassArchive:
    """The archive for one Java and one Spark, be it there or not; ``draft`` is where a run of this process makes it."""

    path: Path
    draft: Path

    def use(self) -> tuple[str, ...]:
        """The options of a JVM that uses the archive where there is one."""
        return (f"-XX:SharedArchiveFile={quote(str(self.path))}", _QUIET) if self.path.exists() else ()

    def make(self, conf: Path) -> tuple[str, ...]:
        """The options of a JVM that makes the archive, which takes it some 15 seconds at its end.

        Raises ``SettingsRefused`` where Spark's folder ``conf`` holds anything: it is on the class path, and a JVM
        keeps no classes beside a folder with files.
        """
        held = sorted(path.name for path in conf.iterdir()) if conf.is_dir() else []
        if held:
            raise SettingsRefused(
                f"--keep-classes was given, and {conf} holds {held[0]}.",
                allowed="a folder of Spark's configuration that is empty or absent: JVMs keep no classes beside files.",
                remedy="leave --keep-classes out.",
            )
        self.draft.parent.mkdir(parents=True, exist_ok=True)
        for draft in self.draft.parent.glob(".*.jsa"):
            with suppress(FileNotFoundError):  # of two runs at once, the other removed it
                if time.time() - draft.stat().st_mtime > _ABANDONED_SECONDS:
                    draft.unlink()
        return (f"-XX:ArchiveClassesAtExit={quote(str(self.draft))}", _QUIET)

    def finish(self, whole: bool) -> bool:
        """Keep the archive that a run has made, if its JVM ended well; returns whether there is one.

        Of two runs at once, either's will do.
        """
        kept = whole and self.draft.exists()
        if kept:
            with self.draft.open("rb") as made:
                os.fsync(made.fileno())
            self.draft.rename(self.path)
        self.draft.unlink(missing_ok=True)
        return kept


def class_archive(folder: Path, java: Path, spark_home: Path) -> ClassArchive:
    """The archive in ``folder``. Another Java or another jar means another archive."""
    seen = hashlib.sha256()
    for path in (java.resolve(), *sorted((spark_home / "jars").glob("*.jar"))):
        status = path.stat()
        seen.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    name = seen.hexdigest()[:16]
    return ClassArchive(folder / f"{name}.jsa", folder / f".{name}-{os.getpid()}.jsa")
