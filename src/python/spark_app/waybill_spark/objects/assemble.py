"""Blocks to one table for each date, and one of dead letters. Rows keep the order of their offsets."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from waybill_common.contract.arrow import DEAD_LETTERS
from waybill_common.contract.arrow import INSTANT
from waybill_spark.events import Block


def tables_by_date(blocks: Sequence[Block], time_field: str) -> dict[str, pa.Table]:
    """``{"2026-11-22": rows}``: the UTC date of ``time_field`` names the folder, never a clock."""
    rows = pa.concat_tables([block.rows for block in blocks]).combine_chunks()
    dates = rows[time_field].cast(pa.date32())
    found = sorted(dates.unique().to_pylist())
    if len(found) == 1:
        return {found[0].isoformat(): rows}
    return {
        date.isoformat(): rows.filter(pc.equal(dates, pa.scalar(date))).combine_chunks() for date in found
    }


def dead_letter_table(partition: int, blocks: Sequence[Block]) -> pa.Table:
    """Every dead letter of the blocks, raw."""
    letters = [letter for block in blocks for letter in block.dead]
    records = [letter.record for letter in letters]
    columns = [
        pa.array([partition] * len(letters), pa.int32()),
        pa.array([record.offset for record in records], pa.int64()),
        pa.array([record.timestamp for record in records], pa.timestamp("ms", tz="UTC")).cast(INSTANT),
        pa.array([record.key for record in records], pa.binary()),
        pa.array([record.value for record in records], pa.binary()),
        pa.array(
            [[{"name": name, "value": value} for name, value in record.headers] for record in records],
            DEAD_LETTERS.field("headers").type,
        ),
        pa.array([letter.reason.value for letter in letters], pa.string()),
        pa.array([letter.detail for letter in letters], pa.string()),
    ]
    return pa.table(columns, schema=DEAD_LETTERS)
