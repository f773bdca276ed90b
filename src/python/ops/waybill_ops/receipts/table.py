"""The report for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from waybill_common.printable import printable
from waybill_ops.receipts.receipts_summary import SUMS, ReceiptsSummary


def print_summary(
    summary: ReceiptsSummary, console: Console, *, lake: str, newest: int, open_commit: int | None
) -> None:
    """One line a commit, then the sums."""
    state = f", commit {open_commit} is open" if open_commit else ""
    console.print(f"[bold]{escape(lake)}[/]: {newest:,} commits{state}")
    table = Table("commit", *SUMS, box=None, header_style="dim", show_footer=len(summary.lines) > 1)
    for column, text in zip(
        table.columns, ["all", *(f"{summary.total(field):,}" for field in SUMS)], strict=True
    ):
        column.justify, column.footer = "right", text
    for line in summary.lines:
        table.add_row(*(f"{value:,}" for value in asdict(line).values()))
    console.print(table)
    for partition, offset in sorted(summary.frontier.items()):
        console.print(f"  frontier of partition {partition}: {offset:,}")
    for reason, count in sorted(summary.reasons.items()):
        console.print(f"  dead letters, {escape(printable(reason))}: {count:,}")


def print_objects(summary: ReceiptsSummary, console: Console) -> None:
    table = Table("commit", "key", "rows", "bytes", "sha256", box=None, header_style="dim")
    for one in summary.objects:
        entry = one.entry
        table.add_row(str(one.commit), escape(entry.key), f"{entry.rows:,}", f"{entry.bytes:,}", entry.sha256)
    console.print(table)


def print_values(column: str, counts: Mapping[str, int], console: Console) -> None:
    table = Table(escape(column), "rows", box=None, header_style="dim")
    for value, count in counts.items():
        table.add_row(escape(printable(value)), f"{count:,}")
    console.print(table)
