"""A stream's folder that appears whole, after it has passed its own test, or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from waybill_common.errors import SettingsRefused
from waybill_common.private_folder import close_to_others
from waybill_streams.folder_rights import check_home
from waybill_streams.stream_folder import StreamFolder, load_folder

_MODE = 0o755


def check_free(home: Path, name: str, places: Mapping[str, Path]) -> None:
    """Raises ``SettingsRefused`` where there is a stream of that name, or anything in its folder's place."""
    place = places.get(name) or (home / name if os.path.lexists(home / name) else None)
    if place is not None:
        raise _there_already(name, place)


def check_place(home: Path) -> str | None:
    """A warning where a group may write to ``home``, the folder that streams' folders lie in.

    Raises ``SettingsRefused`` where others could change what lies there, or where it is missing and can't be made.
    """
    if not os.path.lexists(home) and home.absolute().parent.is_dir():
        return None  # it is made with the first folder in it
    try:
        next(home.iterdir(), None)
        return check_home(home)
    except OSError as error:
        raise _not_written(home, error) from error


def write_stream_folder(
    home: Path, name: str, files: Mapping[str, bytes], check: Callable[[StreamFolder], None]
) -> Path:
    """``files`` by their places in the folder; ``check`` raises for a folder that is not to be.

    Raises ``SettingsRefused``, also where another one made the folder meanwhile.
    """
    place = home / name
    try:
        home.mkdir(mode=_MODE, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=home) as made:
            staged = Path(made, name)
            _write(staged, files)
            check(load_folder(staged))
            if os.path.lexists(place):
                raise _there_already(name, place)
            staged.rename(place)  # where a folder stands that is not empty, this fails
    except OSError as error:
        if error.errno in (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR) and os.path.lexists(place):
            raise _there_already(name, place) from error
        raise _not_written(place, error) from error
    return place


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Nobody else may write there, whatever the umask: such a stream would be refused."""
    folder.mkdir(mode=_MODE)
    for name, data in files.items():
        file = folder / name
        file.parent.mkdir(mode=_MODE, exist_ok=True)
        file.write_bytes(data)
        close_to_others(file)
        close_to_others(file.parent)
    close_to_others(folder)


def _there_already(name: str, place: Path) -> SettingsRefused:
    return SettingsRefused(
        f"There is a stream {name} already, or something in its place: {place}.",
        allowed="a name that no stream has: of Waybill's, of those that are installed, and of the folder.",
        remedy="give another NAME; nothing was written, and what is there stays as it is.",
    )


def _not_written(place: Path, error: OSError) -> SettingsRefused:
    return SettingsRefused(
        f"{place} can't be made: {(error.strerror or str(error)).lower()}.",
        allowed="a folder in one that this user may write to.",
        remedy="correct --streams, or make room; nothing was written.",
    )
