"""What a stream's folder gives to the settings: the weakest source of all, but for the defaults."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from waybill_common.errors import SettingsRefused
from waybill_common.settings.given_streams import GivenStreams
from waybill_common.settings.given_value import STREAM, GivenValue
from waybill_common.settings.setting_names import OF_STREAMS, known
from waybill_common.settings.sources import collect
from waybill_common.settings.tree import FIRST_STREAM


@dataclass(frozen=True)
class StreamValues:
    """``settings`` by their dotted names, each with its origin; ``facts`` are the fields of ``[stream]`` that are no
    settings.
    """

    settings: Mapping[str, tuple[Any, str]] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)


StreamSource = Callable[[str, GivenStreams], StreamValues]
"""Finds the folder of the stream that was chosen. Raises ``SettingsRefused``."""


def add_stream(found: GivenValue, source: StreamSource) -> Mapping[str, Any]:
    """Fill in what no other source says; the facts. Nothing is looked for where no stream can have the name.

    Raises ``SettingsRefused`` for what is wrong with the folder, unless there are other complaints that it can join.
    """
    stream = found.values.get(STREAM, FIRST_STREAM)
    if STREAM in found.spoiled or not isinstance(stream, str) or not stream.strip():
        return {}
    _complete(found, stream)
    try:
        given = source(stream, found.streams)
    except SettingsRefused as refused:
        if not found.problems:
            raise
        found.refuse(refused.found.rstrip("."), STREAM)
        return {}
    for name, (value, origin) in given.settings.items():
        if name not in found.values and name in known():
            found.put(name, value, origin)
    return given.facts


def given_streams(flags: Namespace, environ: Mapping[str, str]) -> GivenStreams:
    """What the settings say of each stream's topic and dataset."""
    found = collect(flags, environ)
    _complete(found, str(found.values.get(STREAM, FIRST_STREAM)))
    return found.streams


def _complete(found: GivenValue, stream: str) -> None:
    """What ``[stream]`` says is said of its stream."""
    for name in OF_STREAMS:
        if f"stream.{name}" in found.values:
            found.streams.put(stream, name, found.values[f"stream.{name}"], found.origins[f"stream.{name}",])
