"""The parts of others that lie in an artifact: what a list of them, or a text of their licences, is made from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """A licence or notice: the name of its file, and what it says."""

    name: str
    text: str


@dataclass(frozen=True)
class Part:
    """One package, as it lies in an artifact or an image. What is not known is empty."""

    purl: str
    name: str
    version: str = ""
    group: str = ""
    file: str = ""  # the wheel, sdist or jar that it came in
    sha256: str = ""  # of that file
    licence: str = ""
    texts: tuple[Text, ...] = ()
    inner: tuple[Part, ...] = ()  # what was built into it
    requires: tuple[str, ...] = ()  # names of parts beside it
    at_run_time: bool = False  # not in the artifact, which fetches it


@dataclass(frozen=True)
class Contents:
    """All that lies in an artifact or an image: Waybill's own packages, and the parts of others."""

    name: str
    sha256: str
    licence: str = ""
    own: tuple[Part, ...] = ()
    parts: tuple[Part, ...] = ()
    requires: tuple[str, ...] = ()  # what a wheel asks its installer for, as it is written there

    def inside(self) -> Iterator[Part]:
        return (part for part in self.parts if not part.at_run_time)


class SupplyError(Exception):
    """What was found, and the remedy: its message is all that a user needs to see."""
