"""Lines, tables and progress on a terminal, or plain in a pipe. The only module that knows rich: each text becomes a
``Text`` of printable characters, so no markup, emoji code or link in it is obeyed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TextIO, TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

from waybill_common import terminal
from waybill_common.printable import MOST, printable

T = TypeVar("T")

_MOST_BESIDE_A_BAR = 60


@dataclass(frozen=True)
class Styled:
    """A text with a style of rich's, such as ``bold red``."""

    text: str
    style: str


LinePart = str | Styled


@dataclass(frozen=True)
class TableColumn:
    """``footer`` stands below a table of several rows."""

    name: str
    right: bool = False
    footer: str = ""


class Screen:
    """Where a command tells people what it found. A pipe has no width of its own, so it is given one."""

    def __init__(self, stream: TextIO, *, piped_width: int = 120) -> None:
        self._console = Console(
            file=stream,
            width=None if stream.isatty() else piped_width,
            markup=False,
            emoji=False,
            highlight=False,
        )

    @property
    def is_terminal(self) -> bool:
        return self._console.is_terminal

    def line(self, *parts: LinePart) -> None:
        """One line, which the terminal breaks where it is too long."""
        self._console.print(Text.assemble(*map(_text, parts)), soft_wrap=True)

    def table(self, columns: Sequence[TableColumn | str], rows: Iterable[Sequence[LinePart]]) -> None:
        rows = list(rows)
        table = Table(
            box=None,
            header_style="dim",
            show_footer=len(rows) > 1 and any(isinstance(one, TableColumn) and one.footer for one in columns),
        )
        for one in columns:
            column = one if isinstance(one, TableColumn) else TableColumn(one)
            table.add_column(
                _text(column.name), _text(column.footer), justify="right" if column.right else "left"
            )
        for row in rows:
            table.add_row(*map(_text, row))
        self._console.print(table)

    @contextmanager
    def progress(self, *, transient: bool = True) -> Iterator[Bars]:
        """Progress while the block runs; nothing but on a terminal. Log lines go above it."""
        with (
            Progress(
                SpinnerColumn(),
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                _Beside(),
                console=self._console,
                disable=not self.is_terminal,
                transient=transient,
            ) as progress,
            terminal.foreign_text(),
        ):
            yield Bars(progress)


def on_stdout(*, piped_width: int) -> Screen:
    return Screen(terminal.stdout(), piped_width=piped_width)


def on_stderr() -> Screen:
    return Screen(terminal.stderr())


class Bars:
    """What is done, a bar each."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def begin(self, label: str, total: int | None) -> Callable[..., None]:
        """To be called with what is ``completed``, and with what stands ``beside`` the bar."""
        task = self._progress.add_task(printable(label, _MOST_BESIDE_A_BAR), total=total, beside="")

        def tell(completed: int | None = None, *, beside: str | None = None) -> None:
            self._progress.update(task, completed=completed)
            if beside is not None:
                self._progress.update(task, beside=printable(beside, _MOST_BESIDE_A_BAR))

        return tell

    def track(self, label: str, items: Sequence[T]) -> Iterator[T]:
        tell = self.begin(label, len(items))
        for done, item in enumerate(items, 1):
            yield item
            tell(done)


class _Beside(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(task.fields["beside"], style="dim")


def _text(told: LinePart) -> Text:
    styled = told if isinstance(told, Styled) else Styled(told, "")
    return Text(printable(styled.text, MOST), styled.style)
