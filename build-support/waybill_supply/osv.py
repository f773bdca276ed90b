"""Known holes of jars, from OSV's database: pip-audit asks it about Python's packages only, and it has Maven's too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import requests

from waybill_supply.part import Part

BATCH = 500
SECONDS = 30


class OutOfReach(Exception):
    """The database gave no answer that says anything."""


@dataclass(frozen=True)
class Finding:
    """A known hole in a package."""

    package: str
    version: str
    id: str
    aliases: tuple[str, ...]
    fixed: tuple[str, ...]
    where: str

    def names(self) -> set[str]:
        return {self.id, *self.aliases}


def of_jars(jars: Sequence[Part], where: str, url: str) -> Iterator[Finding]:
    """The findings in ``jars``. Raises ``OutOfReach``."""
    for start in range(0, len(jars), BATCH):
        some = jars[start : start + BATCH]
        answers = _ask(f"{url}batch", {"queries": [_query(jar) for jar in some]}).get("results")
        if not isinstance(answers, list) or len(answers) != len(some):
            count = len(answers) if isinstance(answers, list) else 0
            raise OutOfReach(f"{url}batch answered {count} of {len(some)} questions")
        for jar, answer in zip(some, answers, strict=True):
            if answer.get("vulns"):  # ids alone: the single question has the rest
                for hole in _ask(url, _query(jar)).get("vulns", ()):
                    yield _finding(jar, hole, where)


def _query(jar: Part) -> dict[str, Any]:
    return {"package": {"ecosystem": "Maven", "name": f"{jar.group}:{jar.name}"}, "version": jar.version}


def _ask(url: str, question: dict[str, Any]) -> dict[str, Any]:
    try:
        reply = requests.post(url, json=question, timeout=SECONDS)
        reply.raise_for_status()
        answer: Any = reply.json()
    except (requests.RequestException, ValueError) as error:
        raise OutOfReach(f"{url}: {error}") from error
    if not isinstance(answer, dict):
        raise OutOfReach(f"{url}: the answer is no object")
    return answer


def _finding(jar: Part, hole: dict[str, Any], where: str) -> Finding:
    fixed = {
        event["fixed"]
        for affected in hole.get("affected", ())
        if affected.get("package", {}).get("name") == f"{jar.group}:{jar.name}"
        for versions in affected.get("ranges", ())
        for event in versions.get("events", ())
        if "fixed" in event
    }
    return Finding(
        package=f"{jar.group}:{jar.name}",
        version=jar.version,
        id=hole["id"],
        aliases=tuple(sorted(hole.get("aliases", ()))),
        fixed=tuple(sorted(fixed)),
        where=where,
    )
