"""Blocks that are too many for memory, to parts whose bodies lie in files: the same objects, byte for byte.

Blocks are read again for each date that they hold, one at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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


def spooled_parts(
    blocks: Sequence[Block], time_field: str, layout: Layout
) -> Iterator[tuple[str, ObjectPart]]:
    """What ``parts_by_date`` says, one part after the other."""
    blocks_of: dict[date, list[int]] = {}
    for index, block in enumerate(blocks):
        for day in block.rows[time_field].cast(pa.date32()).unique().to_pylist():
            blocks_of.setdefault(day, []).append(index)

    def of_day(day: date) -> Pieces:
        for index in blocks_of[day]:
            rows, sizes = blocks[index].rows, blocks[index].raw_bytes
            wanted = pc.equal(rows[time_field].cast(pa.date32()), pa.scalar(day))
            yield rows.filter(wanted), pc.sum(sizes.filter(wanted.combine_chunks())).as_py() or 0

    for day in sorted(blocks_of):
        yield day.isoformat(), _part(of_day(day), time_field, layout)


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
