"""What ``[streams.NAME]`` says of each stream: of one whose folder is not at hand, too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from waybill_common.near_names import nearest
from waybill_common.settings.setting_names import OF_STREAMS, named
from waybill_common.stream_names import why_no_stream

STREAMS = "streams"


@dataclass
class GivenStreams:
    """Values and where each is from, by stream and field. A later source beats those before it."""

    _given: dict[str, dict[str, tuple[Any, str]]] = field(default_factory=dict)

    def put(self, stream: str, name: str, value: Any, origin: str) -> str | None:
        """A complaint about the names; values are looked at once a run is of that stream."""
        if why := why_no_stream(stream):
            return f"{named(f'{STREAMS}.{stream}')} (from {origin}) is of no stream: {why}"
        if name not in OF_STREAMS:
            said = named(f"{STREAMS}.{stream}.{name}")
            return f"{said} (from {origin}) is no setting{nearest(name, OF_STREAMS)}"
        self._given.setdefault(stream, {})[name] = (value, origin)
        return None

    def of(self, stream: str) -> Mapping[str, tuple[Any, str]]:
        return self._given.get(stream, {})

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Each stream that is named, and where."""
        for stream, values in self._given.items():
            yield stream, next(iter(values.values()))[1]

    def texts(self, name: str) -> dict[str, str]:
        """What each stream is given as ``name``, where it is a text."""
        said = {stream: values[name][0] for stream, values in self._given.items() if name in values}
        return {stream: value for stream, value in said.items() if isinstance(value, str)}
