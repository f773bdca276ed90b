"""What a program writes to stdout and stderr. With ``screen`` and ``logs`` the only modules that do: each text passes
``printable`` here, whoever wrote it.
"""

from __future__ import annotations

import io
import os
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast

from waybill_common.printable import MOST, printable, printable_json, printable_lines
from waybill_common.redaction import redacted

_MARK = "  | "
"""Before each further line of a message: none can be taken for a line of the log, or for another message."""

_LISTED = "  - "
"""A line of a message that lists several things. It needs no mark."""


_STDOUT, _STDERR = 1, 2
"""As the operating system and child processes number them."""


class ForeignText(io.TextIOBase):
    """stdout or stderr as libraries and Python itself see it: what they write becomes printable, line by line, without
    secrets.

    What is printable already, with colours and moves of the cursor that are ours, goes to ``printed``.
    """

    def __init__(self, printed: TextIO, mark: str = "") -> None:
        super().__init__()
        self.printed = printed
        self._mark = mark
        self._at_margin = True

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a property there, too
        return self.printed.encoding

    @property
    def buffer(self) -> Any:
        return self.printed.buffer

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self.printed.fileno()

    def isatty(self) -> bool:
        return self.printed.isatty()

    def flush(self) -> None:
        self.printed.flush()

    def close(self) -> None:
        """Not ours to close."""

    def write(self, text: str) -> int:
        *whole, rest = text.split("\n")
        lines = [f"{line}\n" for line in whole] + [rest] * bool(rest)
        for line in lines:
            shown = printable(redacted(line.removesuffix("\n")).replace("\t", "    "))
            self.printed.write((self._mark if self._at_margin else "") + shown + "\n" * line.endswith("\n"))
            self._at_margin = line.endswith("\n")
        return len(text)


@contextmanager
def foreign_text() -> Iterator[None]:
    """For as long as the block runs: whatever writes to ``sys.stdout`` and ``sys.stderr`` is made printable."""
    before = sys.stdout, sys.stderr
    sys.stdout = cast("TextIO", ForeignText(printed(before[0])))
    sys.stderr = cast("TextIO", ForeignText(printed(before[1]), _MARK))
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


@contextmanager
def results_apart() -> Iterator[None]:
    """For as long as the block runs, what others' code and its child processes write to stdout goes to stderr: a
    program that reads stdout finds results there, and nothing else.
    """
    before = sys.stdout, sys.stderr
    before[0].flush()
    kept = os.dup(_STDOUT)
    sys.stdout = sys.stderr
    os.dup2(_STDERR, _STDOUT)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
        os.dup2(kept, _STDOUT)
        os.close(kept)


def printed(stream: TextIO) -> TextIO:
    """Where printable text is written: the stream that a ``ForeignText`` writes to."""
    return stream.printed if isinstance(stream, ForeignText) else stream


def stdout() -> TextIO:
    return printed(sys.stdout)


def stderr() -> TextIO:
    """Whatever it is now: a display on the terminal takes its place for a while."""
    return printed(sys.stderr)


def say(text: str, most: int | None = MOST) -> None:
    """One line on stdout, of at most so many characters."""
    _write(stdout(), printable(text, most))


def say_json(value: Any, indent: int | None = None) -> None:
    """JSON on stdout, whole: a program gets each value back exactly."""
    _write(stdout(), printable_json(value, indent=indent))


def complain(*parts: str) -> None:
    """A message on stderr. Of a part with several lines each after the first is marked as one of it."""
    _write(stderr(), "\n".join(map(marked, parts)))


def complain_of(error: BaseException) -> None:
    """The traceback of a bug, on stderr, without the secrets that its texts may quote."""
    complain(redacted("".join(traceback.format_exception(error))))


def complain_of_threads() -> None:
    """From now on a thread's bug is told like any other. Whoever has put another hook in Python's place keeps it."""
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = lambda told: complain_of(told.exc_value or told.exc_type())


def marked(text: str) -> str:
    """``text`` printable over several lines, of which the first alone begins at the margin."""
    first, *others = printable_lines(text.rstrip("\n"))
    return "\n".join([first, *(one if one.startswith(_LISTED) else _MARK + one for one in others)])


def _write(stream: TextIO, line: str) -> None:
    # One write, so that processes with one stderr keep their lines apart.
    stream.write(f"{line}\n")
    stream.flush()
