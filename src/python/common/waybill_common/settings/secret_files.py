"""Whom a file with a secret in it is open to, judged by its mode alone: root may be among the readers."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

_MEMORY = ("tmpfs", "ramfs")
_RUN_SECRETS = "/run/secrets/"
"""Where Docker, Podman and Kubernetes put secrets, whose files everybody inside a container may read."""

_MOUNTS = Path("/proc/self/mountinfo")


@dataclass(frozen=True)
class FileAccess:
    """What others may do with an open file. ``readable`` is false where a container keeps them out."""

    mode: int
    writable: bool
    readable: bool


PRIVATE = FileAccess(0, writable=False, readable=False)


def access_of(file: int) -> FileAccess:
    """Of an open file: whatever links led to it. What is no regular file, such as a pipe, is its process's own."""
    found = os.fstat(file)
    if not stat.S_ISREG(found.st_mode):
        return PRIVATE
    mode = stat.S_IMODE(found.st_mode)
    return FileAccess(
        mode,
        writable=bool(mode & (stat.S_IWGRP | stat.S_IWOTH)),
        readable=bool(mode & stat.S_IROTH) and not _is_kept_apart(file, found.st_dev),
    )


def is_read_only(file: int) -> bool:
    """Whether it lies on a read-only mount."""
    return bool(os.fstatvfs(file).f_flag & os.ST_RDONLY)


def _is_kept_apart(file: int, device: int) -> bool:
    return is_read_only(file) or _path_of(file).startswith(_RUN_SECRETS) or _is_in_memory(device)


def _path_of(file: int) -> str:
    try:
        return str(Path(f"/proc/self/fd/{file}").readlink())
    except OSError:
        return ""


def _is_in_memory(device: int) -> bool:
    wanted = f"{os.major(device)}:{os.minor(device)}"
    try:
        mounts = _MOUNTS.read_text(errors="replace").splitlines()
    except OSError:
        return False
    for one in mounts:
        about, _, kind = one.partition(" - ")
        if about.split()[2:3] == [wanted] and kind.split()[:1] and kind.split()[0] in _MEMORY:
            return True
    return False
