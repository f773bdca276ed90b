"""The classes that Spark loads, kept ready on a machine: the JVM's class data sharing (JEP 350).

The JVM checks an archive against its own build and its class path, and does without one that does not fit. It does not
check for one that is cut off, and crashes, nor for one that somebody has changed, and runs what is there. So an archive
gets its name once it is whole, and its name holds the SHA-256 of its bytes, which each run compares.
"""

from __future__ import annotations

import hashlib
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

import structlog

from waybill_common.errors import EnvironmentMissing, SettingsRefused
from waybill_common.private_folder import close_to_others, is_private_file, make_private, require_private
from waybill_ops.submission.cache import ELSEWHERE

_QUIET = "-Xlog:cds*=off"
"""The JVM's warnings go to stdout, which is the application's."""

_ABANDONED_SECONDS = 3600.0
"""A draft is written within seconds: an older one is that of a run that was killed."""


@dataclass(frozen=True)
class ClassArchive:
    """The archive for one Java and one Spark, ``key``, be it there or not. Without a ``folder`` nothing is kept."""

    folder: Path | None
    key: str

    def use(self) -> tuple[str, ...]:
        """The options of a JVM that uses the archive where there is one, with the bytes that its name says.

        Raises ``EnvironmentMissing`` for a folder that another user can write to.
        """
        if self.folder is None or not self.folder.exists():
            return ()
        require_private(self.folder, remedy=ELSEWHERE)
        for path in self._kept(self.folder):
            if is_private_file(path) and path.name == self._name(path):
                return (f"-XX:SharedArchiveFile={quote(str(path))}", _QUIET)
            structlog.get_logger().warning(
                "kept_classes_not_used", file=str(path), why="it was changed", remedy="submit --keep-classes"
            )
        return ()

    def make(self, conf: Path) -> tuple[str, ...]:
        """The options of a JVM that makes the archive, which takes it some 15 seconds at its end.

        Raises ``SettingsRefused`` where Spark's folder ``conf`` holds anything: it is on the class path, and a JVM
        keeps no classes beside a folder with files. ``EnvironmentMissing`` where there is no folder to keep them in.
        """
        held = sorted(path.name for path in conf.iterdir()) if conf.is_dir() else []
        if held:
            raise SettingsRefused(
                f"--keep-classes was given, and {conf} holds {held[0]}.",
                allowed="a folder of Spark's configuration that is empty or absent: JVMs keep no classes beside files.",
                remedy="leave --keep-classes out.",
            )
        if self.folder is None:
            raise EnvironmentMissing(
                "--keep-classes was given, and this user has no home that can be written to.",
                allowed="XDG_CACHE_HOME, or a HOME.",
                remedy=f"{ELSEWHERE}, or leave --keep-classes out.",
            )
        make_private(self.folder, remedy=ELSEWHERE)
        for draft in self.folder.glob(".*.jsa"):
            with suppress(FileNotFoundError):  # of two runs at once, the other removed it
                if time.time() - draft.stat().st_mtime > _ABANDONED_SECONDS:
                    draft.unlink()
        return (f"-XX:ArchiveClassesAtExit={quote(str(self._draft(self.folder)))}", _QUIET)

    def finish(self, whole: bool) -> bool:
        """Keep the archive that a run has made, if its JVM ended well; returns whether there is one.

        Of two runs at once, either's will do.
        """
        if self.folder is None:
            return False
        draft = self._draft(self.folder)
        kept = whole and draft.exists()
        if kept:
            with draft.open("rb") as made:
                os.fsync(made.fileno())
            close_to_others(draft)
            path = self.folder / self._name(draft)
            draft.rename(path)
            for older in self._kept(self.folder):
                if older != path:
                    older.unlink(missing_ok=True)
        draft.unlink(missing_ok=True)
        return kept

    def _draft(self, folder: Path) -> Path:
        """Where a run of this process makes it."""
        return folder / f".{self.key}-{os.getpid()}.jsa"

    def _kept(self, folder: Path) -> list[Path]:
        return sorted(folder.glob(f"{self.key}-*.jsa"))

    def _name(self, path: Path) -> str:
        with path.open("rb") as archive:
            return f"{self.key}-{hashlib.file_digest(archive, 'sha256').hexdigest()}.jsa"


def class_archive(folder: Path | None, java: Path, spark_home: Path) -> ClassArchive:
    """The archive in ``folder``. Another Java or another jar means another archive."""
    seen = hashlib.sha256()
    for path in (java.resolve(), *sorted((spark_home / "jars").glob("*.jar"))):
        status = path.stat()
        seen.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return ClassArchive(folder, seen.hexdigest()[:16])
