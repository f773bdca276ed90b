"""Everything that an audit can find. The codes are stable: scripts may rely on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """One kind of finding; ``docs/format.md`` explains each."""

    LEDGER_GAP = "ledger_gap"
    ENTRY_UNREADABLE = "entry_unreadable"
    CHAIN_BROKEN = "chain_broken"
    COMMIT_INCONSISTENT = "commit_inconsistent"
    FORMAT_WENT_BACK = "format_went_back"
    CONTRACT_ALTERED = "contract_altered"
    SCHEMA_ALTERED = "schema_altered"
    TOPIC_CHANGED = "topic_changed"
    LOG_TRUNCATED = "log_truncated"
    OBJECT_MISSING = "object_missing"
    OBJECT_ALTERED = "object_altered"
    OBJECT_ORPHANED = "object_orphaned"
    OBJECT_UNREADABLE = "object_unreadable"
    ROW_MISPLACED = "row_misplaced"
    ROW_IN_HOLE = "row_in_hole"
    DOUBLED = "doubled"
    MISSING = "missing"
    FOREIGN = "foreign"
    MISJUDGED = "misjudged"
    ID_DIFFERS = "id_differs"
    ROW_ALTERED = "row_altered"
    DEAD_LETTER_ALTERED = "dead_letter_altered"
    REDRIVEN_TWICE = "redriven_twice"
    REDRIVE_UNRECORDED = "redrive_unrecorded"
    REDRIVE_WITHOUT_SUCCESSOR = "redrive_without_successor"
    REDRIVE_OF_NO_LETTER = "redrive_of_no_letter"
    REDRIVE_UNREADABLE = "redrive_unreadable"
    REPEATED_ID = "repeated_id"
    UNKNOWN_NAME = "unknown_name"

    @property
    def fails(self) -> bool:
        """Two codes are listed and fail nothing: a repeated event id comes from the source (two records, each delivered
        once), and a name that the format does not know has no effect."""
        return self not in (Code.REPEATED_ID, Code.UNKNOWN_NAME)


@dataclass(frozen=True)
class Finding:
    """``where`` is the culprit: an object's key, or ``partition P offset O``; ``detail`` says what is wrong."""

    code: Code
    where: str
    detail: str


@dataclass(frozen=True)
class FindingCounts:
    """How often a code was found, with the first few findings of it."""

    code: Code
    total: int
    shown: tuple[Finding, ...]


def tally(findings: Iterable[Finding], show: int) -> tuple[FindingCounts, ...]:
    """Findings by code in the order of ``Code``, at most ``show`` of each kept."""
    kept: dict[Code, list[Finding]] = {}
    totals: dict[Code, int] = {}
    for finding in findings:
        totals[finding.code] = totals.get(finding.code, 0) + 1
        shown = kept.setdefault(finding.code, [])
        if len(shown) < show:
            shown.append(finding)
    return tuple(FindingCounts(code, totals[code], tuple(kept[code])) for code in Code if code in totals)


def at(partition: int, offset: int) -> str:
    return f"partition {partition} offset {offset}"
