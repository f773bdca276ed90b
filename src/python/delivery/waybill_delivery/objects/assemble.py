"""Blocks to one part for each folder, and one of dead letters. Rows keep the order of their offsets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from waybill_common.contract.arrow import DEAD_LETTERS, INSTANT, OLD_DEAD_LETTERS
from waybill_delivery.events import Block, DeadLetter, calendar_of
from waybill_delivery.letter_groups import LetterGroup, groups_of
from waybill_delivery.objects.placing import Folders

_NEW = [name for name in DEAD_LETTERS.names if name not in OLD_DEAD_LETTERS.names]
_CHUNK_BYTES = 2**28
"""Keys and values of dead letters, or rows, in one Arrow array, which holds less than 2 GiB."""


@dataclass(frozen=True)
class ObjectPart:
    """The rows of one object to be, and the bytes of keys and values that their records had.

    Where ``body`` is there, it is the object, and the table has only coordinates and what reports tell of. ``letters``
    are those of dead letters.
    """

    table: pa.Table
    raw_bytes: int
    body: bytes | None = None
    letters: tuple[LetterGroup, ...] = ()


def parts_by_folder(blocks: Sequence[Block], folders: Folders) -> dict[str, ObjectPart]:
    """``{"date=2026-11-22": rows}``: what rows hold names their folder, never a clock."""
    rows = _in_one(pa.concat_tables([block.rows for block in blocks]))
    sizes = pa.chunked_array([block.raw_bytes for block in blocks], pa.int64())
    placed = folders.of(rows)
    if len(placed.folders) == 1:
        return {placed.folders[0]: ObjectPart(rows, _sum(sizes))}
    parts = {}
    for index, folder in enumerate(placed.folders):
        inside = placed.rows_in(index)
        parts[folder] = ObjectPart(_in_one(rows.filter(inside)), _sum(sizes.filter(inside)))
    return parts


def _in_one(rows: pa.Table) -> pa.Table:
    """Without pieces, where a column is certain to be no more than one array holds; what is stored is the same."""
    return rows.combine_chunks() if rows.nbytes < _CHUNK_BYTES else rows


def dead_letter_part(partition: int, blocks: Sequence[Block], format: int) -> ObjectPart:  # noqa: A002  # the ledger's word
    """Every dead letter of the blocks, raw.

    From format 3 on with all of its columns. Before, with the two new ones where a record has no place without them.
    """
    dead_letters = [dead_letter for block in blocks for dead_letter in block.dead]
    tables = [letters_table(partition, some, format) for some in _chunks(dead_letters)]
    table = pa.concat_tables(tables) if tables else DEAD_LETTERS.empty_table()
    if format < 3 and has_old_columns(table):
        table = with_old_columns(table)
    return ObjectPart(table, sum(map(size_of, dead_letters)), letters=groups_in(partition, blocks))


def groups_in(partition: int, blocks: Sequence[Block]) -> tuple[LetterGroup, ...]:
    return groups_of(
        partition,
        ((one.record.offset, str(one.reason), one.detail) for block in blocks for one in block.dead),
    )


def has_old_columns(table: pa.Table) -> bool:
    """Whether those that came with format 3 say nothing."""
    return all(table[name].null_count == len(table) for name in _NEW)


def with_old_columns(table: pa.Table) -> pa.Table:
    return table.drop_columns(_NEW).cast(OLD_DEAD_LETTERS)


def letters_table(partition: int, dead_letters: Sequence[DeadLetter], format: int) -> pa.Table:  # noqa: A002
    records = [dead_letter.record for dead_letter in dead_letters]
    instants = [calendar_of(format).micros(record.timestamp) for record in records]
    texts = [[_text(name, format) for name, _ in record.headers] for record in records]
    columns = [
        pa.array([partition] * len(dead_letters), pa.int32()),
        pa.array([record.offset for record in records], pa.int64()),
        pa.array(instants, INSTANT),
        pa.array([record.key for record in records], pa.binary()),
        pa.array([record.value for record in records], pa.binary()),
        pa.array(
            [
                [
                    {"name": name.decode(errors="replace") if text is None else text, "value": value}
                    for text, (name, value) in zip(known, record.headers, strict=True)
                ]
                for known, record in zip(texts, records, strict=True)
            ],
            DEAD_LETTERS.field("headers").type,
        ),
        pa.array([str(dead_letter.reason) for dead_letter in dead_letters], pa.string()),
        pa.array([dead_letter.detail for dead_letter in dead_letters], pa.string()),
        pa.array(
            [
                [name for name, _ in record.headers] if None in known else None
                for known, record in zip(texts, records, strict=True)
            ],
            DEAD_LETTERS.field("header_names").type,
        ),
        pa.array(
            [r.timestamp if at is None else None for r, at in zip(records, instants, strict=True)], pa.int64()
        ),
    ]
    return pa.table(columns, schema=DEAD_LETTERS)


def _text(name: bytes, format: int) -> str | None:  # noqa: A002
    """A header's name as text; None where it is none. Before format 3 it ended at its first NUL."""
    try:
        return (name if format >= 3 else name.split(b"\0")[0]).decode()
    except UnicodeDecodeError:
        return None


def _chunks(dead_letters: Sequence[DeadLetter]) -> Iterator[Sequence[DeadLetter]]:
    first, held = 0, 0
    for index, dead_letter in enumerate(dead_letters):
        size = size_of(dead_letter) + sum(
            len(name) + len(value or b"") for name, value in dead_letter.record.headers
        )
        if held and held + size > _CHUNK_BYTES:
            yield dead_letters[first:index]
            first, held = index, 0
        held += size
    if dead_letters:
        yield dead_letters[first:]


def size_of(dead_letter: DeadLetter) -> int:
    """Bytes of its key and value."""
    return len(dead_letter.record.key or b"") + len(dead_letter.record.value or b"")


def _sum(sizes: pa.ChunkedArray) -> int:
    return pc.sum(sizes).as_py() or 0
