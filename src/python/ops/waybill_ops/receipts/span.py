"""Which commits are asked for. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from waybill_common.errors import SettingsRefused
from waybill_common.flag_types import refused

MOST_COMMIT = 10**15


@dataclass(frozen=True)
class AskedCommits:
    """At most one of the first two; ``last`` counts where neither is given."""

    after: int | None
    commits: tuple[int, int] | None
    last: int


def numbers(asked: AskedCommits, newest: int, lake: str) -> range:
    """The commits' numbers in a ledger that ends at ``newest`` (0: it has none).

    Raises ``SettingsRefused`` for a number that the ledger does not have: silence would read as "nothing new".
    """
    if asked.after is not None:
        first, last, said = asked.after + 1, newest, f"--after {asked.after}"
        within = asked.after <= newest
    elif asked.commits is not None:
        first, last = asked.commits
        said, within = f"--commits {first}-{last}", last <= newest
    else:
        return range(max(1, newest - asked.last + 1), newest + 1)
    if not within:
        raise SettingsRefused(
            f"{said} was asked of {lake}, whose ledger ends at commit {newest}.",
            allowed=f"commits up to {newest}.",
            remedy="check lake.url: these numbers are another lake's, or this one lost receipts.",
        )
    return range(first, last + 1)


def commits(text: str) -> tuple[int, int]:
    """A flag's ``A-B`` or ``A``."""
    match = re.fullmatch(r"([1-9][0-9]{0,14})(?:-([1-9][0-9]{0,14}))?", text)
    if match is None or int(match[1]) > int(match[2] or match[1]):
        raise refused(text, f"commits from 1 to {MOST_COMMIT:,}, such as 4-6 or 4")
    return int(match[1]), int(match[2] or match[1])
