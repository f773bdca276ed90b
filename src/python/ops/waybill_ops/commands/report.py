"""``waybill report``: what the receipts say was delivered."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from waybill_common.flag_types import refused, said, whole_number
from waybill_common.screen import Screen
from waybill_common.settings import Settings, add_settings_flags, uses
from waybill_ops.answers import StreamAnswer, answer_for_chosen
from waybill_ops.dataset import begun_position, open_journal, position_of
from waybill_ops.dead_letters import home_asked
from waybill_ops.receipts import (
    AskedCommits,
    numbers,
    print_objects,
    print_summary,
    print_values,
    read_receipts,
    rows_by,
    summarise,
)
from waybill_streams.redrives import sibling_of

SETTINGS = uses("stream", "lake", "log", "security", without=("stream.start",))
IDLE = ()
MOST_COMMIT = 10**15
HELP = "show what the receipts say: commits, rows, objects, frontier"


def add_arguments(parser: ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--after", type=whole_number(0, MOST_COMMIT), metavar="N", help="commits above N")
    which.add_argument("--commits", type=_commits, metavar="A-B", help="these commits, both included")
    which.add_argument(
        "--last",
        type=whole_number(1, MOST_COMMIT),
        default=20,
        metavar="N",
        help="the last N commits (default: %(default)s)",
    )
    parser.add_argument(
        "--redriven",
        action="store_true",
        help="the dataset of what was redriven, of a stream whose topic others fill",
    )
    parser.add_argument("--objects", action="store_true", help="each object's key, rows, bytes and sha256")
    parser.add_argument(
        "--by", type=said, metavar="COLUMN", help="rows by this column's values, read from those objects"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout instead of tables")
    add_settings_flags(parser, *SETTINGS, idle=IDLE, several=True)


def _commits(text: str) -> tuple[int, int]:
    """``A-B`` or ``A``."""
    match = re.fullmatch(r"([1-9][0-9]{0,14})(?:-([1-9][0-9]{0,14}))?", text)
    if match is None or int(match[1]) > int(match[2] or match[1]):
        raise refused(text, f"commits from 1 to {MOST_COMMIT:,}, such as 4-6 or 4")
    return int(match[1]), int(match[2] or match[1])


def run(flags: Namespace, environ: Mapping[str, str]) -> int:
    """Raises ``SettingsRefused`` for commits that the ledger does not have, ``LedgerCorrupt``, ``LakeRefused``."""
    return answer_for_chosen(flags, environ, "report", lambda one: report_of(one, flags), at_once=8)


def report_of(settings: Settings, flags: Namespace) -> StreamAnswer:
    """Of one stream."""
    home = home_asked(flags, settings)
    journal = open_journal(settings, home)
    at = position_of(journal, settings, home)
    lake = journal.lake.address
    span = numbers(AskedCommits(flags.after, flags.commits, flags.last), at.number, lake)
    summary = summarise(read_receipts(journal, span), with_objects=flags.objects or flags.by is not None)
    counts = rows_by(settings, home.folder, flags.by, summary.objects) if flags.by else None
    open_commit = at.open.number if at.open else None
    sibling = _sibling(flags, settings)

    def said() -> dict[str, Any]:
        known = {"lake": lake, "stream": home.stream, "topic": at.topic, "topic_id": at.topic_id}
        found = {**known, "newest_commit": at.number, "open_commit": open_commit, **summary.as_json()}
        if flags.objects:
            found["stored"] = [one.as_json() for one in summary.objects]
        if counts is not None:
            found["by"] = {"column": flags.by, "rows": counts}
        if sibling is not None:
            found["redriven"] = sibling.as_json()
        return found

    def show(screen: Screen) -> None:
        print_summary(summary, screen, lake=lake, newest=at.number, open_commit=open_commit)
        if flags.objects:
            print_objects(summary, screen)
        if counts is not None:
            print_values(flags.by, counts, screen)
        if sibling is not None:
            screen.line(f"  redriven: {sibling.newest:,} commits in {sibling.lake}; --redriven shows them")

    return StreamAnswer(said, show)


@dataclass(frozen=True)
class _Sibling:
    """Where the dataset of what was redriven stands."""

    lake: str
    newest: int
    frontier: Mapping[int, int]

    def as_json(self) -> dict[str, Any]:
        offsets = {str(partition): offset for partition, offset in sorted(self.frontier.items())}
        return {"lake": self.lake, "newest_commit": self.newest, "frontier": offsets}


def _sibling(flags: Namespace, settings: Settings) -> _Sibling | None:
    """None where it has not begun, or was asked for itself."""
    if flags.redriven:
        return None
    home = sibling_of(settings.stream)
    at = begun_position(settings, home)
    if at is None or at.number == 0:
        return None
    return _Sibling(open_journal(settings, home).lake.address, at.number, at.frontier)
