"""Checks of a lake on a local disk: what others leave in its folder must not block a reader or lead it elsewhere."""

from __future__ import annotations

import errno
import stat
from pathlib import Path


def why_no_file(root: str, key: str) -> str | None:
    """Why the file under ``key`` can't be used; None for a regular file inside ``root``, and where there is none."""
    if not Path(root).is_dir():
        return None  # the store itself says what is wrong with the whole place
    try:
        real = Path(root, key).resolve()
        if not real.is_relative_to(Path(root).resolve()):
            return "it leads out of the dataset"
        mode = real.stat().st_mode
    except FileNotFoundError:
        return "it is a link that leads nowhere" if Path(root, key).is_symlink() else None
    except RuntimeError:
        return "it is a link in a circle"
    except PermissionError:
        return None  # whoever opens it is refused, and says why
    except OSError as error:
        if error.errno not in (errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG):
            raise
        return f"{error.strerror}"
    return None if stat.S_ISREG(mode) else "it is no regular file"
