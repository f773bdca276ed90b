"""What an object of dead letters says of their reasons."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq

from waybill_delivery.letter_groups import LetterGroup, groups_of, merged

_TOLD = {"kafka_offset": pa.int64(), "reason": pa.string(), "detail": pa.string()}


def letters_of_object(partition: int, body: bytes) -> tuple[LetterGroup, ...]:
    """Keys and values are not read. Raises ``ValueError`` for bytes that are no such object."""
    try:
        file = pq.ParquetFile(pa.BufferReader(body))
        schema = file.schema_arrow
        if {name: schema.field(name).type for name in _TOLD if schema.get_field_index(name) >= 0} != _TOLD:
            raise ValueError("it has other columns than dead letters")
        groups = [
            group
            for index in range(file.num_row_groups)
            for group in letters_in(partition, file.read_row_group(index, columns=[*_TOLD]))
        ]
    except (pa.ArrowException, OSError) as error:
        raise ValueError("it is no Parquet file") from error
    return merged(groups)


def letters_in(partition: int, rows: pa.Table) -> tuple[LetterGroup, ...]:
    """Of rows that have these columns."""
    told = (rows[name].to_pylist() for name in _TOLD)
    return groups_of(partition, (one for one in zip(*told, strict=True) if None not in one))
