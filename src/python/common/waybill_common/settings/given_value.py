"""What was given so far, by whichever source, each value with its origin, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from waybill_common.settings.given_registries import GivenRegistries
from waybill_common.settings.given_streams import GivenStreams
from waybill_common.settings.setting_names import named
from waybill_common.settings.tree import FIRST_STREAM

STREAM = "stream.name"
_START = "stream.start"


class Origin(str):
    """Where a value is from, for messages. A stronger source beats a weaker one; a file is the weakest."""

    strength = 0


class FromVariable(Origin):
    strength = 1


class FromFlag(Origin):
    strength = 2


def strength_of(origin: str) -> int:
    return origin.strength if isinstance(origin, Origin) else Origin.strength


@dataclass
class GivenValue:
    """What was given so far. ``origins`` says where from, for a field or an entry of a table; ``spoiled`` are fields
    that have a complaint already, so that their absence causes no second one. ``exposed`` are complaints about files
    of secrets that others can read, which a setting takes back.
    """

    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[tuple[str, ...], str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    spoiled: set[str] = field(default_factory=set)
    exposed: list[tuple[str, str]] = field(default_factory=list)
    streams: GivenStreams = field(default_factory=GivenStreams)
    registries: GivenRegistries = field(default_factory=GivenRegistries)

    def choose(self, stream: Any, origin: str) -> None:
        """What weaker sources say of another stream's topic and dataset stays theirs.

        Where they name no stream, a start can only be meant for this one: the first stream begins at 0. To pass over it
        would begin a dataset elsewhere for good.
        """
        if stream != self.values.get(STREAM, FIRST_STREAM):
            if STREAM not in self.values and _START in self.values:
                self.refuse(
                    f"{_START} (from {self.origins[_START,]}) is of the stream {FIRST_STREAM} there; write "
                    f"streams.{named(str(stream))}.start"
                )
            for name in [one for one in self.values if one.startswith("stream.")]:
                del self.values[name]
        self.put(STREAM, stream, origin)

    def put(self, name: str, value: Any, origin: str) -> None:
        """Replaces what a weaker source said; tables are merged."""
        before = self.values.get(name)
        if isinstance(value, dict):
            self.origins |= {(name, str(entry)): origin for entry in value}
            value = {**before, **value} if isinstance(before, dict) else value
        self.values[name], self.origins[name,] = value, origin

    def refuse(self, problem: str, name: str | None = None) -> None:
        self.problems.append(problem)
        if name is not None:
            self.spoiled.add(name)
