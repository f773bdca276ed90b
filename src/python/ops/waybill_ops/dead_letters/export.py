"""Dead letters into a file: JSON lines, or Parquet where its name ends so."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from waybill_common.contract.arrow import DEAD_LETTERS
from waybill_common.errors import SettingsRefused
from waybill_common.printable import printable_json
from waybill_ops.dead_letters.dead_letter import DeadLetterState, KeptDeadLetter
from waybill_ops.dead_letters.listing import Stated, whole

SCHEMA = DEAD_LETTERS.append(pa.field("state", pa.string(), nullable=False))
"""The columns of the lake's dead letters, and ``state``."""

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
_MODE = 0o600
"""Dead letters may hold anybody's data, whatever this user's umask is."""

_ROWS = 1000
_YEARS = (-62_135_596_800_000, 253_402_300_799_999)
"""Milliseconds of the years 1 to 9999, which readers of a timestamp know; others stand as a number beside it."""


def export_dead_letters(dead_letters: Iterable[Stated], path: Path) -> int:
    """How many were written. Raises ``SettingsRefused`` where the file exists or can't be made."""
    write = _parquet if path.suffix == ".parquet" else _lines
    try:
        with os.fdopen(os.open(path, _NEW, _MODE), "wb") as file, _whole_or_gone(path):
            os.fchmod(file.fileno(), _MODE)
            return write(dead_letters, file)
    except OSError as error:
        raise SettingsRefused(
            f"{path} can't be written: {error.strerror}.",
            allowed="a new file in a folder that this user may write.",
            remedy="name another file; nothing is overwritten.",
        ) from error


@contextmanager
def _whole_or_gone(path: Path) -> Iterator[None]:
    """A part of an export looks like a whole one."""
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _lines(dead_letters: Iterable[Stated], file: BinaryIO) -> int:
    count = 0
    for dead_letter, state in dead_letters:
        file.write(printable_json(whole(dead_letter, state)).encode() + b"\n")
        count += 1
    return count


def _parquet(dead_letters: Iterable[Stated], file: BinaryIO) -> int:
    count, rest = 0, iter(dead_letters)
    with pq.ParquetWriter(file, SCHEMA) as writer:
        while some := list(islice(rest, _ROWS)):
            writer.write_table(pa.Table.from_pylist([_row(*one) for one in some], schema=SCHEMA))
            count += len(some)
    return count


def _row(dead_letter: KeptDeadLetter, state: DeadLetterState) -> dict[str, object]:
    names = [name for name, _ in dead_letter.headers]
    at = dead_letter.timestamp
    is_known = at is not None and _YEARS[0] <= at <= _YEARS[1]
    return {
        "kafka_partition": dead_letter.coordinates.partition,
        "kafka_offset": dead_letter.coordinates.offset,
        "kafka_timestamp": at * 1000 if at is not None and is_known else None,
        "key": dead_letter.key,
        "value": dead_letter.value,
        "headers": [
            {"name": name.decode(errors="replace"), "value": value} for name, value in dead_letter.headers
        ],
        "reason": dead_letter.reason,
        "detail": dead_letter.detail,
        "header_names": None if all(map(_is_utf8, names)) else names,
        "kafka_timestamp_ms": None if is_known else -1 if at is None else at,
        "state": state.value,
    }


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True
