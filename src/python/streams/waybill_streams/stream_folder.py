"""A stream is a folder: stream.toml says where its records come from and go to, contract.json what they are.

Only the standard library is needed to read one, and nothing in the folder is run here.
"""

from __future__ import annotations

import json
import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from waybill_common.errors import SettingsRefused
from waybill_common.stream_names import why_no_stream
from waybill_common.stream_start import Start
from waybill_streams.stream_toml import StreamToml, read_stream_toml

STREAM_FILE, CONTRACT_FILE, SAMPLES = "stream.toml", "contract.json", "samples"
MODEL_FILE = "contract.py"
"""A model that contract.json is made from. To load a folder does not look at it."""

_LARGEST = {STREAM_FILE: 1 << 20, CONTRACT_FILE: 16 << 20, MODEL_FILE: 1 << 20}
_LARGEST_SAMPLE = 64 << 20


@dataclass(frozen=True)
class StreamFolder:
    """``contract`` is the document as it stands, unread; None where the folder has none yet. ``source`` is the kind of
    source of ours that fills the topic; without one it is somebody else's. ``delivery`` are defaults of that section of
    the settings, and ``lines`` say where in stream.toml each of them stands.
    """

    name: str
    place: Traversable
    topic: str
    dataset: str
    start: Start | None
    source: str | None
    contract: bytes | None
    samples: tuple[Traversable, ...] = ()
    delivery: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_filled(self) -> bool:
        return self.source is not None

    def said_at(self, name: str) -> str:
        """Where its stream.toml says ``name``, for messages."""
        line = self.lines.get(name)
        return f"{self.place}/{STREAM_FILE}" + (f", line {line}" if line else "")


def load_folder(place: Traversable) -> StreamFolder:
    """Raises ``SettingsRefused`` with the place, what is allowed there, and the remedy."""
    name = place.name
    if why := why_no_stream(name):
        raise SettingsRefused(
            f"{place} is no stream's folder: {name[:60]!r} is no stream's name.",
            allowed=f"{why}.",
            remedy="rename the folder.",
        )
    said = _said(place)
    return StreamFolder(
        name=name,
        place=place,
        topic=said.topic,
        dataset=said.dataset or name,
        start=said.start,
        source=said.source,
        contract=_contract(place),
        samples=_samples(place),
        delivery=said.delivery,
        lines=said.lines,
    )


def _said(place: Traversable) -> StreamToml:
    file = place / STREAM_FILE
    text = _bytes(file)
    if text is None:
        raise SettingsRefused(
            f"{place} has no {STREAM_FILE}.",
            allowed=f'a stream\'s folder, with a {STREAM_FILE} that says at least topic = "…".',
            remedy="write it, or name another folder.",
        )
    try:
        return read_stream_toml(text.removeprefix(b"\xef\xbb\xbf").decode(), str(file))
    except (ValueError, RecursionError) as error:
        told = isinstance(error, tomllib.TOMLDecodeError | UnicodeDecodeError)
        why = error if told else "too deep, or a number too long"
        raise SettingsRefused(
            f"{file} is no TOML: {why}.",
            allowed="TOML in UTF-8.",
            remedy="correct it, and start again; nothing was touched.",
        ) from None


def _contract(place: Traversable) -> bytes | None:
    """The document; which stream it is of is looked at here, as everything else rests on it. The language is not."""
    text = _bytes(place / CONTRACT_FILE)
    if text is None:
        return None
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return text  # whoever reads the language says where it is wrong
    stream = document.get("stream") if isinstance(document, dict) else None
    if isinstance(stream, str) and stream != place.name:
        raise SettingsRefused(
            f"{place / CONTRACT_FILE} is a contract of stream {stream[:60]!r}, its folder is called {place.name}.",
            allowed="one name.",
            remedy=f"rename the folder, or make its document anew: `waybill contract init … --stream {place.name}`. "
            "Nothing was written.",
        )
    return text


def _samples(place: Traversable) -> tuple[Traversable, ...]:
    folder = place / SAMPLES
    try:
        found = [one for one in folder.iterdir() if one.is_file()] if folder.is_dir() else []
    except OSError as error:
        raise _unreadable(folder, error, "a folder that this user may look into") from error
    return tuple(sorted(found, key=lambda one: one.name))


def model_source(folder: StreamFolder) -> bytes | None:
    """Its contract.py, None where there is none. Raises ``SettingsRefused``."""
    return _bytes(folder.place / MODEL_FILE)


def sample_bytes(file: Traversable) -> bytes:
    """Of a file below the samples. Raises ``SettingsRefused``."""
    return _bytes(file) or b""


def _bytes(file: Traversable) -> bytes | None:
    """None where there is no such file."""
    most = _LARGEST.get(file.name, _LARGEST_SAMPLE)
    try:
        content = _read(file, most + 1)
    except (FileNotFoundError, KeyError):
        return None
    except OSError as error:
        raise _unreadable(file, error, "a file that this user may read") from error
    if content is None:
        raise SettingsRefused(
            f"{file} is no regular file.",
            allowed="a file, or a link to one.",
            remedy="look what lies there, and put a file in its place. Nothing was touched.",
        )
    if len(content) > most:
        raise SettingsRefused(
            f"{file} is larger than {most:,} bytes.",
            allowed=f"up to {most:,} bytes.",
            remedy="look whether it is the file that is meant.",
        )
    return content


def _unreadable(place: Traversable, error: OSError, allowed: str) -> SettingsRefused:
    return SettingsRefused(
        f"{place} can't be read: {(error.strerror or str(error)).lower()}.",
        allowed=f"{allowed}.",
        remedy="correct its rights, or the link that it is.",
    )


def _read(file: Traversable, most: int) -> bytes | None:
    """None for pipes, devices and the like. To open a pipe must not wait for its writer: other streams need this
    folder's name and dataset as well.
    """
    if not isinstance(file, Path):
        return file.read_bytes()
    with os.fdopen(os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as opened:
        return opened.read(most) if stat.S_ISREG(os.fstat(opened.fileno()).st_mode) else None
