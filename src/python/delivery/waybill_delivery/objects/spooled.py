"""Blocks that are too many for memory, to parts whose bodies lie in files: the same objects, byte for byte.

Blocks are read one at a time, and again for each object that is large, or for as many small ones as fit in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from waybill_common.contract.arrow import DEAD_LETTERS
from waybill_common.ledger import Layout
from waybill_delivery.events import Block
from waybill_delivery.objects.assemble import (
    ObjectPart,
    has_old_columns,
    letters_table,
    size_of,
    with_old_columns,
)
from waybill_delivery.objects.row_groups import RowGroupWriter
from waybill_delivery.objects.unnamed_files import mapped, unnamed_file

Pieces = Iterator[tuple[pa.Table, int]]
"""Rows of an object, and the bytes of keys and values that their records had."""

_HELD = 2**25
"""Bytes of small objects that are in memory together: as many as of a row group."""

_ROW = 256
"""Bytes of a row beside its texts."""


def spooled_parts(
    blocks: Sequence[Block], time_field: str, layout: Layout
) -> Iterator[tuple[str, ObjectPart]]:
    """What ``parts_by_date`` says, one part after the other."""
    held: dict[date, int] = {}
    blocks_of: dict[date, set[int]] = {}
    for index, block in enumerate(blocks):
        for day, size in _sizes(block, time_field):
            held[day] = held.get(day, 0) + size
            blocks_of.setdefault(day, set()).add(index)

    def pieces(days: Sequence[date]) -> Iterator[tuple[date, tuple[pa.Table, int]]]:
        for index in sorted(set().union(*(blocks_of[day] for day in days))):
            block = blocks[index]
            dates = block.rows[time_field].cast(pa.date32()).combine_chunks()
            for day in days:
                if index in blocks_of[day]:
                    wanted = pc.equal(dates, pa.scalar(day))
                    yield (
                        day,
                        (block.rows.filter(wanted), pc.sum(block.raw_bytes.filter(wanted)).as_py() or 0),
                    )

    for days in _together(held):
        if len(days) == 1:
            yield days[0].isoformat(), _part((piece for _, piece in pieces(days)), time_field, layout)
            continue
        of_day: dict[date, list[tuple[pa.Table, int]]] = {}
        for day, piece in pieces(days):
            of_day.setdefault(day, []).append(piece)
        for day in days:
            yield day.isoformat(), _part(iter(of_day.pop(day)), time_field, layout)


def _sizes(block: Block, time_field: str) -> Iterator[tuple[date, int]]:
    """The days that a block has, and about how many bytes of each."""
    dates = block.rows[time_field].cast(pa.date32())
    of_rows = pa.table([dates, pa.chunked_array([block.raw_bytes])], ["day", "bytes"])
    sums = of_rows.group_by("day", use_threads=False).aggregate([("bytes", "sum"), ("bytes", "count")])
    for row in sums.to_pylist():
        yield row["day"], row["bytes_sum"] + _ROW * row["bytes_count"]


def _together(held: Mapping[date, int]) -> Iterator[list[date]]:
    """All days in order, in lists that have one day or ``_HELD`` bytes at most."""
    days: list[date] = []
    size = 0
    for day in sorted(held):
        if days and size + held[day] > _HELD:
            yield days
            days, size = [], 0
        days.append(day)
        size += held[day]
    if days:
        yield days


def spooled_dead_letters(
    partition: int,
    blocks: Sequence[Block],
    format: int,  # noqa: A002  # the ledger's word
    layout: Layout,
) -> ObjectPart:
    """What ``dead_letter_part`` says."""

    def tables() -> Pieces:
        for block in blocks:
            if block.dead:
                yield letters_table(partition, block.dead, format), sum(map(size_of, block.dead))

    is_old = format < 3 and all(has_old_columns(table) for table, _ in tables())
    pieces = ((with_old_columns(table) if is_old else table, size) for table, size in tables())
    return _part(pieces, "reason", layout)


def _part(pieces: Pieces, column: str, layout: Layout) -> ObjectPart:
    """``column`` stays in memory beside the coordinates."""
    kept, raw_bytes = [], 0
    writer: RowGroupWriter | None = None
    with unnamed_file() as file:
        for rows, size in pieces:
            writer = writer or RowGroupWriter(file, rows.schema, layout)
            writer.add(rows)
            kept.append(rows.select(["kafka_partition", "kafka_offset", column]))
            raw_bytes += size
        if writer is None:
            return ObjectPart(DEAD_LETTERS.empty_table(), 0)
        writer.close()
        return ObjectPart(pa.concat_tables(kept), raw_bytes, mapped(file))
