"""The report for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from waybill_common.screen import Screen, Styled, TableColumn
from waybill_ops.messages import counted
from waybill_ops.receipts.receipts_summary import SUMS, ReceiptsSummary


def print_summary(
    summary: ReceiptsSummary, screen: Screen, *, lake: str, newest: int, open_commit: int | None
) -> None:
    """One line a commit, then the sums."""
    state = f", commit {open_commit} is open" if open_commit else ""
    screen.line(Styled(lake, "bold"), f": {counted(newest, 'commit')}{state}")
    sums = [TableColumn(field, right=True, footer=f"{summary.total(field):,}") for field in SUMS]
    rows = [[f"{value:,}" for value in asdict(line).values()] for line in summary.lines]
    screen.table((TableColumn("commit", right=True, footer="all"), *sums), rows)
    for partition, offset in sorted(summary.frontier.items()):
        screen.line(f"  frontier of partition {partition}: {offset:,}")
    for reason, count in sorted(summary.reasons.items()):
        screen.line(f"  dead letters, {reason}: {count:,}")


def print_objects(summary: ReceiptsSummary, screen: Screen) -> None:
    rows = [
        (str(one.commit), one.entry.key, f"{one.entry.rows:,}", f"{one.entry.bytes:,}", one.entry.sha256)
        for one in summary.objects
    ]
    screen.table(("commit", "key", "rows", "bytes", "sha256"), rows)


def print_values(column: str, counts: Mapping[str, int], screen: Screen) -> None:
    screen.table((column, "rows"), [(value, f"{count:,}") for value, count in counts.items()])
