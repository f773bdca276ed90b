"""Which of the streams that are there a command is for: names and globs, or all, and of them one part of several."""

from __future__ import annotations

import difflib
import hashlib
import re
from argparse import ArgumentTypeError
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from waybill_common.errors import SettingsRefused

_SHARD = re.compile(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})")
_GLOB = re.compile(r"[*?\[]")
_MOST_NAMED = 10
_LONGEST_SHOWN = 40


@dataclass(frozen=True)
class Shard:
    """The ``index``-th of ``count`` parts, from 1. A name is in the same part whatever other streams there are."""

    index: int
    count: int

    def has(self, name: str) -> bool:
        digest = hashlib.sha256(name.encode()).digest()
        return int.from_bytes(digest[:8]) % self.count == self.index - 1

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"


def shard_of(text: str) -> Shard:
    """For a flag: ``2/8``."""
    match = _SHARD.fullmatch(text)
    if match is None or int(match[1]) > int(match[2]):
        raise ArgumentTypeError(
            f"{text[:_LONGEST_SHOWN]!r} is not possible here; allowed: a part of at most 9999, such as 2/8"
        )
    return Shard(int(match[1]), int(match[2]))


@dataclass(frozen=True)
class StreamSelection:
    """What was asked for. ``patterns`` are names and globs of ``--stream``; ``every`` is ``--all``."""

    patterns: tuple[str, ...] = ()
    every: bool = False
    shard: Shard | None = None

    @property
    def is_of_several(self) -> bool:
        """By what was asked, not by what there is: the form of an answer stays the same when a stream is added."""
        return (
            self.every or self.shard is not None or len(self.patterns) > 1 or any(map(is_glob, self.patterns))
        )

    @property
    def has_glob(self) -> bool:
        return any(map(is_glob, self.patterns))

    def as_words(self) -> tuple[str, ...]:
        """The same as words of a child's command line."""
        shard = () if self.shard is None else (f"--shard={self.shard}",)
        return (*(f"--stream={one}" for one in self.patterns), *(("--all",) if self.every else ()), *shard)

    def of(self, known: Sequence[str]) -> list[str]:
        """The selected names, each once, in order. A part may have none.

        Raises ``SettingsRefused`` for a name or glob that no stream has, and for flags that contradict each other.
        """
        self._check_flags()
        for pattern in self.patterns:
            if not any(fnmatchcase(name, pattern) for name in known):
                raise _unknown(pattern, known)
        if not known:
            raise SettingsRefused(
                "--all was given, and there is no stream.",
                allowed="at least one folder of a stream.",
                remedy="make one, or name the folder that they lie in.",
            )
        wanted = {
            name
            for name in known
            if (self.every or any(fnmatchcase(name, pattern) for pattern in self.patterns))
            and (self.shard is None or self.shard.has(name))
        }
        return sorted(wanted)

    def the_one_of(self, known: Sequence[str]) -> str:
        """For a command of one stream. Raises ``SettingsRefused`` for a glob that several have, or none."""
        found = self.of(known)
        if len(found) > 1:
            raise SettingsRefused(
                f"{len(found)} streams match {self.patterns[0]!r}: {', '.join(found[:_MOST_NAMED])}.",
                allowed="one stream, for this command.",
                remedy="name it; deliver, submit, plan, verify, lag and report take several.",
            )
        return found[0]

    def _check_flags(self) -> None:
        if self.every and self.patterns:
            raise SettingsRefused(
                "--all and --stream were given.",
                allowed="one of them.",
                remedy="leave one out: --all stands for every stream.",
            )
        if not self.every and not self.patterns:
            raise SettingsRefused(
                f"--shard {self.shard} was given without --all and without --stream.",
                allowed="a part of all streams, or of those that --stream names.",
                remedy="add --all, or --stream with names or globs.",
            )


def is_glob(pattern: str) -> bool:
    return _GLOB.search(pattern) is not None


def _unknown(pattern: str, known: Sequence[str]) -> SettingsRefused:
    near = difflib.get_close_matches(pattern, known, n=3)
    listed = ", ".join(near or sorted(known)[:_MOST_NAMED]) or "none"
    which = "the nearest are" if near else "there are"
    return SettingsRefused(
        f"No stream {'matches' if is_glob(pattern) else 'is named'} {pattern!r}.",
        allowed=f"names and globs of the streams that are there; {which}: {listed}.",
        remedy="correct --stream, or name the folder that the stream lies in.",
    )
