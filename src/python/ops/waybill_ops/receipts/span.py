"""Which commits are asked for. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from waybill_common.errors import SettingsRefused


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
