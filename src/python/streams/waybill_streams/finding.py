"""Where streams' folders lie: in a folder that the user gives, among installed packages, and among Waybill's own."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from waybill_common.errors import SettingsRefused
from waybill_common.near_names import nearest
from waybill_common.stream_names import why_no_stream
from waybill_common.stream_variables import FOLDER_VARIABLE
from waybill_streams.folder_rights import check_rights
from waybill_streams.stream_folder import STREAM_FILE, StreamFolder, load_folder

NAMESPACE = "waybill_streams"
"""Wheels put streams there: ``waybill_streams/orders/stream.toml``, and no ``waybill_streams/__init__.py``."""


@dataclass(frozen=True)
class StreamFolders:
    """Every stream that there is. One in the ``given`` folder stands in front of an installed one of its name, as an
    installed one does of one that comes later in ``path``. ``warnings`` are about folders that were looked at.
    """

    given: Path | None = None
    path: Sequence[str] = field(default_factory=lambda: sys.path)
    warnings: list[str] = field(default_factory=list, init=False)

    @cached_property
    def places(self) -> Mapping[str, Path]:
        """By name; a folder without a stream.toml is none."""
        found: dict[str, Path] = {}
        for place in self._places():
            found.setdefault(place.name, place)
        return dict(sorted(found.items()))

    @property
    def own(self) -> Mapping[str, Path]:
        """The user's own: those of the folder that was given, if one was; else all."""
        if self.given is None:
            return self.places
        return {name: place for name, place in self.places.items() if self._is_given(place)}

    def find(self, name: str) -> StreamFolder:
        """Raises ``SettingsRefused`` where there is none, where others can write it, or for what is wrong in it."""
        place = self.places.get(name)
        if place is None:
            raise SettingsRefused(
                f"There is no folder of a stream {name[:60]!r}{nearest(name, self.places)}.",
                allowed=f"{', '.join(self.places)}: those that Waybill brings along, that are installed beside it, or "
                f"lie in {self.given or 'a folder that is given'}.",
                remedy=f"correct --stream, or name the folder that holds {name[:60]}/{STREAM_FILE} by --streams or "
                f"{FOLDER_VARIABLE}. Nothing was touched.",
            )
        if self._is_given(place) and (warning := check_rights(place, self.given or place)):
            self.warnings.append(warning)
        return load_folder(place)

    @cached_property
    def readable(self) -> Sequence[StreamFolder]:
        """Those with nothing wrong in them, as they were when it was first asked."""
        found = []
        for place in self.places.values():
            with suppress(SettingsRefused):
                found.append(load_folder(place))
        return found

    def _is_given(self, place: Path) -> bool:
        return self.given is not None and place.parent == self.given

    def _places(self) -> Iterator[Path]:
        if self.given is not None:
            yield from _folders_in(self.given)
        for entry in self.path:
            # What is installed is run as it is by this Python: who can write there needs no stream for it.
            yield from _folders_in(Path(entry or ".") / NAMESPACE)


def given_folder(said: str, by: str) -> Path:
    """What ``--streams`` or its variable names. Raises ``SettingsRefused``."""
    folder, allowed = Path(said), "a folder that has a folder for each stream."
    if not said.strip():
        raise SettingsRefused(f"{by} is empty.", allowed=allowed, remedy="name the folder, or leave it out.")
    try:
        names = {one.name for one in folder.iterdir()}
    except (OSError, ValueError) as error:
        why = error.strerror or str(error) if isinstance(error, OSError) else "no path can be that"
        raise SettingsRefused(
            f"{by} names {folder}, which can't be read: {why.lower()}.",
            allowed=allowed,
            remedy="correct the name or the folder's rights.",
        ) from error
    if STREAM_FILE in names:
        raise SettingsRefused(
            f"{by} names {folder}, which is a stream's own folder: it has a {STREAM_FILE}.",
            allowed=allowed,
            remedy=f"name the folder above it, {folder.absolute().parent}.",
        )
    return folder


def _folders_in(folder: Path) -> Iterator[Path]:
    try:
        names = sorted(one.name for one in folder.iterdir())
    except OSError:
        return
    for name in names:
        if _is_streams(folder / name):
            yield folder / name


def _is_streams(folder: Path) -> bool:
    """Where nobody may look, the name decides: to read it will say why it can't be read. A link that leads nowhere
    counts: such a stream is broken, and not gone.
    """
    file = folder / STREAM_FILE
    try:
        return file.exists() or file.is_symlink()
    except OSError:
        return why_no_stream(folder.name) is None
