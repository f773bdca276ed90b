"""What an edge is: one way to write or to mistake the settings, as data. ``verbs`` says what is run with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Part = Literal["lake", "kafka", "dags", "api"]
"""What a verb reaches, and what a case is about."""


@dataclass(frozen=True)
class World:
    """Good parts to start from. ``env`` are settings with which every verb works, on a lake in ``folder``.

    ``folder`` is the case's own: its programs' HOME and working folder. Servers of a case go to ``running``, which ends
    them after it. ``s3`` is an S3 server that takes any keys.
    """

    folder: Path
    env: Mapping[str, str]
    brokers: str
    s3: str
    running: ExitStack

    def file(self, name: str, content: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        path.chmod(0o600)
        return path


@dataclass(frozen=True)
class Case:
    """One edge. ``env`` gives the variables that differ from the world's, None for one that is to go.

    Every verb that reaches ``part`` has to end with ``exit_code`` (``but`` names those that end otherwise), to say all
    of ``texts`` and nothing of ``secrets``. With exit code 0 the verbs are one story: each finds what those before it
    made. ``kind`` groups cases: CI runs those with ``in_ci``, one of each kind. ``after`` looks at what was left.
    """

    id: str
    kind: str
    part: Part
    env: Callable[[World], Mapping[str, str | None]]
    exit_code: int = 0
    texts: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    but: Mapping[str, int] = field(default_factory=dict)
    in_ci: bool = False
    after: Callable[[World], None] | None = None

    def code_of(self, verb: str) -> int:
        return self.but.get(verb, self.exit_code)


@dataclass(frozen=True)
class Row:
    """What one verb did with one case."""

    case: str
    verb: str
    expected: int
    code: int
    seconds: float
    said: str
    lacks: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return self.code == self.expected and not self.lacks and not self.shows

    def line(self) -> str:
        verdict = (
            "ok" if self.ok else f"WRONG, not {self.expected}{f', lacks {self.lacks}' if self.lacks else ''}"
        )
        verdict += f", shows {len(self.shows)} secrets" if self.shows else ""
        return f"{self.case:<34} {self.verb:<20} {self.code:>4} {self.seconds:>6.1f} s  {verdict}  {self.said[:140]}"


def by_kind(cases: tuple[Case, ...]) -> Iterator[tuple[str, list[Case]]]:
    """Kinds in the order of their first case."""
    kinds = list(dict.fromkeys(one.kind for one in cases))
    for kind in kinds:
        yield kind, [one for one in cases if one.kind == kind]
