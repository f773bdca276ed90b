"""Where unpacked bundles, jars and Spark's classes are kept between runs."""

from __future__ import annotations

import os
import pwd
import stat
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from waybill_common.errors import EnvironmentMissing


def cache_folder(environ: Mapping[str, str]) -> Path:
    """``waybill`` in XDG_CACHE_HOME, else in the user's ``.cache``, where it is or can be made.

    Else, as without a home, a folder among the temporary files that this user alone can write to: what runs is kept
    there. Raises ``EnvironmentMissing`` where somebody else has made that one.
    """
    base = environ.get("XDG_CACHE_HOME") or _home_cache(environ)
    folder = Path(base).absolute() / "waybill" if base else None
    if folder is not None and (folder.is_dir() or _can_be_made(folder)):
        return folder
    own = Path(tempfile.gettempdir()).absolute() / f"waybill-cache-{os.getuid()}"
    with suppress(FileExistsError):
        own.mkdir(mode=0o700)
    found = own.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o022:
        raise EnvironmentMissing(
            f"{own} is not this user's own folder, and {folder or 'a home'} can't be made.",
            allowed="a folder that nobody else may write to: programs are kept in it.",
            remedy="set XDG_CACHE_HOME to a folder of your own.",
        )
    return own


def _home_cache(environ: Mapping[str, str]) -> Path | None:
    home = environ.get("HOME")
    with suppress(KeyError):
        home = home or pwd.getpwuid(os.getuid()).pw_dir
    return Path(home) / ".cache" if home else None


def _can_be_made(folder: Path) -> bool:
    there = next(parent for parent in folder.parents if parent.exists())
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)
