"""Where unpacked bundles, jars and Spark's classes are kept between runs."""

from __future__ import annotations

import os
import pwd
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import structlog

from waybill_common.errors import EnvironmentMissing
from waybill_common.private_folder import is_a_strangers, make_private, require_private

ELSEWHERE = "set XDG_CACHE_HOME to a folder of your own"


@dataclass
class Cache:
    """``kept`` is the folder that stays, None where this user has no place for one.

    Then what a run needs lies in a folder of its own among the temporary files, which goes away with the cache.
    ``outlived``: what is asked for is used after that, so there has to be one that stays.
    """

    kept: Path | None
    outlived: bool
    _ends: ExitStack = field(repr=False)

    def part(self, name: str) -> Path:
        """A folder for one kind of files, be it there or not. Raises ``EnvironmentMissing``.

        What an administrator's cache lacks can't be added there.
        """
        kept = self.kept and self.kept / name
        return kept if kept and (kept.exists() or _may_write(kept.parent)) else self._passing / name

    @cached_property
    def _passing(self) -> Path:
        if self.outlived:
            raise EnvironmentMissing(
                f"There is no folder in which bundle and jars could stay: {self._why}.",
                allowed="XDG_CACHE_HOME, or a HOME.",
                remedy=f"{ELSEWHERE}, or give the bundle unpacked and its jars with --jars-dir.",
            )
        folder = tempfile.TemporaryDirectory(prefix="waybill-cache-")
        structlog.get_logger().warning("nothing_is_kept", why=self._why, remedy=ELSEWHERE)
        return Path(self._ends.enter_context(folder))

    @property
    def _why(self) -> str:
        return f"{self.kept} can't be written to" if self.kept else "no home that can be written to"


@contextmanager
def open_cache(environ: Mapping[str, str], *, outlived: bool = False) -> Iterator[Cache]:
    """``waybill`` in XDG_CACHE_HOME, else in the user's ``.cache``, where it is or can be made.

    Raises ``EnvironmentMissing`` where another user could write there.
    """
    base = environ.get("XDG_CACHE_HOME") or _home_cache(environ)
    folder = Path(base).absolute() / "waybill" if base else None
    if folder is not None and os.path.lexists(folder):
        require_private(folder, remedy=ELSEWHERE)
        _close(folder)
    elif folder is not None:
        if _can_be_made(folder):
            make_private(folder, remedy=ELSEWHERE)
        else:
            folder = None
    with ExitStack() as ends:
        yield Cache(folder, outlived, ends)


def _close(folder: Path) -> None:
    """For this user's eyes alone: releases up to 0.1.0 left that to the umask. Root may keep one for others."""
    status = folder.stat()
    if status.st_uid != 0 and not is_a_strangers(status) and stat.S_IMODE(status.st_mode) & 0o077:
        with suppress(OSError):  # on a disk that can't be written to
            folder.chmod(0o700)


def _home_cache(environ: Mapping[str, str]) -> Path | None:
    home = environ.get("HOME")
    with suppress(KeyError):
        home = home or pwd.getpwuid(os.getuid()).pw_dir
    return Path(home) / ".cache" if home else None


def _can_be_made(folder: Path) -> bool:
    # os.path, since pathlib raises where this user may not look.
    there = next(parent for parent in folder.parents if os.path.exists(parent))  # noqa: PTH110
    return os.path.isdir(there) and _may_write(there)  # noqa: PTH112


def _may_write(folder: Path) -> bool:
    return os.access(folder, os.W_OK | os.X_OK)
