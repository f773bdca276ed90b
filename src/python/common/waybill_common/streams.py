"""stdin, stdout and stderr that never raise: a reader may go away, and a full disk is reported once, at the end."""

from __future__ import annotations

import errno
import io
import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TextIO

from waybill_common.terminal import foreign_text

_STDOUT, _STDERR = 1, 2


class OutputStream(io.RawIOBase):
    """Writes to the file descriptor. A reader that has gone is no error; ``failure`` is any other one."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._gone = False
        self.failure: OSError | None = None

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def isatty(self) -> bool:
        return os.isatty(self._descriptor)

    def write(self, data: object) -> int:
        left = memoryview(data).cast("B")  # type: ignore[arg-type]  # bytes-like, by RawIOBase's contract
        size = len(left)
        while left and not self._gone and self.failure is None:
            try:
                left = left[os.write(self._descriptor, left) :]
            except BlockingIOError:
                select.select([], [self._descriptor], [])
            except OSError as error:
                self._gone = error.errno in (errno.EPIPE, errno.ECONNRESET)
                self.failure = None if self._gone else error
        return size


@dataclass(frozen=True)
class WrittenOutput:
    """What became of a program's output, for its exit code."""

    stdout: OutputStream | None

    @property
    def failure(self) -> OSError | None:
        return self.stdout.failure if self.stdout else None


@contextmanager
def steady_streams() -> Iterator[WrittenOutput]:
    """For as long as the program runs. Closed descriptors lead to /dev/null: else the next file that is opened would
    get their number, and what is printed. Characters that an encoding lacks are escaped, as is what others write that
    a terminal would obey.
    """
    for descriptor in range(3):
        _reopen(descriptor)
    before = sys.stdin, sys.stdout, sys.stderr
    if sys.stdin is None:  # closed: there is nothing to read, which is no reason to fail
        sys.stdin = open(os.devnull)  # noqa: PTH123, SIM115  # for as long as the program runs
    out, stdout = _steady(sys.stdout, sys.__stdout__, _STDOUT)
    _, stderr = _steady(sys.stderr, sys.__stderr__, _STDERR)
    sys.stdout, sys.stderr = stdout, stderr
    try:
        with foreign_text():
            yield WrittenOutput(out)
    finally:
        for stream in (stdout, stderr):
            stream.flush()
        sys.stdin, sys.stdout, sys.stderr = before


def _reopen(descriptor: int) -> None:
    try:
        os.fstat(descriptor)
    except OSError:
        opened = os.open(os.devnull, os.O_RDWR)
        if opened != descriptor:
            os.dup2(opened, descriptor)
            os.close(opened)
        os.set_inheritable(descriptor, True)  # noqa: FBT003  # its only spelling


def _steady(
    stream: TextIO | None, original: TextIO | None, descriptor: int
) -> tuple[OutputStream | None, TextIO]:
    """Nothing happens where somebody has replaced the stream with one of his own, as tests do."""
    if stream is not None and stream is not original:
        return None, stream
    if stream is not None:
        stream.flush()
    sink = OutputStream(descriptor)
    text = io.TextIOWrapper(
        io.BufferedWriter(sink),
        encoding=stream.encoding if stream else "utf-8",
        errors="backslashreplace",
        line_buffering=descriptor == _STDERR or sink.isatty(),
    )
    return sink, text
