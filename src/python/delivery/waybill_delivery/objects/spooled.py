"""Blocks that are too many for memory, to parts whose bodies lie in files: the same objects, byte for byte.

Blocks are read one at a time, and again for each object that is large, or for as many small ones as fit in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from waybill_common.contract.arrow import DEAD_LETTERS
from waybill_common.ledger import Layout
from waybill_delivery.events import Block
from waybill_delivery.objects.assemble import (
    ObjectPart,
    groups_in,
    has_old_columns,
    letters_table,
    size_of,
    with_old_columns,
)
from waybill_delivery.objects.kinds import LETTERS, ObjectKind
from waybill_delivery.objects.placing import Folders, Placed
from waybill_delivery.objects.row_groups import RowGroupWriter
from waybill_delivery.objects.unnamed_files import mapped, unnamed_file

Pieces = Iterator[tuple[pa.Table, int]]
"""Rows of an object, and the bytes of keys and values that their records had."""

_HELD = 2**25
"""Bytes of small objects that are in memory together: as many as of a row group."""

_ROW = 256
"""Bytes of a row beside its texts."""


def spooled_parts(
    blocks: Sequence[Block], folders: Folders, kind: ObjectKind, layout: Layout
) -> Iterator[tuple[str, ObjectPart]]:
    """What ``parts_by_folder`` says, one part after the other."""
    held: dict[str, int] = {}
    blocks_of: dict[str, set[int]] = {}
    for index, block in enumerate(blocks):
        for folder, size in _sizes(block, folders.of(block.rows)):
            held[folder] = held.get(folder, 0) + size
            blocks_of.setdefault(folder, set()).add(index)

    def pieces(wanted: Sequence[str]) -> Iterator[tuple[str, tuple[pa.Table, int]]]:
        for index in sorted(set().union(*(blocks_of[folder] for folder in wanted))):
            block = blocks[index]
            placed = folders.of(block.rows)
            for folder in wanted:
                if index in blocks_of[folder]:
                    inside = placed.rows_in(placed.folders.index(folder))
                    yield (
                        folder,
                        (block.rows.filter(inside), pc.sum(block.raw_bytes.filter(inside)).as_py() or 0),
                    )

    for some in _together(held):
        if len(some) == 1:
            yield some[0], _part((piece for _, piece in pieces(some)), kind, layout)
            continue
        of_folder: dict[str, list[tuple[pa.Table, int]]] = {}
        for folder, piece in pieces(some):
            of_folder.setdefault(folder, []).append(piece)
        for folder in some:
            yield folder, _part(iter(of_folder.pop(folder)), kind, layout)


def _sizes(block: Block, placed: Placed) -> Iterator[tuple[str, int]]:
    """The folders that a block has, and about how many bytes of each."""
    if not len(block.rows):
        return
    of_rows = pa.table([placed.at, block.raw_bytes], ["folder", "bytes"])
    sums = of_rows.group_by("folder", use_threads=False).aggregate([("bytes", "sum"), ("bytes", "count")])
    for row in sums.to_pylist():
        yield placed.folders[row["folder"]], row["bytes_sum"] + _ROW * row["bytes_count"]


def _together(held: Mapping[str, int]) -> Iterator[list[str]]:
    """All folders in order, in lists that have one of them or ``_HELD`` bytes at most."""
    some: list[str] = []
    size = 0
    for folder in sorted(held):
        if some and size + held[folder] > _HELD:
            yield some
            some, size = [], 0
        some.append(folder)
        size += held[folder]
    if some:
        yield some


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
    return replace(_part(pieces, LETTERS, layout), letters=groups_in(partition, blocks))


def _part(pieces: Pieces, kind: ObjectKind, layout: Layout) -> ObjectPart:
    """What a report tells of stays in memory."""
    kept, raw_bytes = [], 0
    writer: RowGroupWriter | None = None
    with unnamed_file() as file:
        for rows, size in pieces:
            writer = writer or RowGroupWriter(file, rows.schema, layout)
            writer.add(rows)
            kept.append(rows.select(kind.kept))
            raw_bytes += size
        if writer is None:
            return ObjectPart(DEAD_LETTERS.empty_table(), 0)
        writer.close()
        return ObjectPart(pa.concat_tables(kept), raw_bytes, mapped(file))
