"""What an object of dead letters says of their reasons."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq

from waybill_delivery.letter_groups import LetterGroup, groups_of, merged

_TOLD = ("kafka_offset", "reason", "detail")


def letters_of_object(partition: int, body: bytes) -> tuple[LetterGroup, ...]:
    """Of bytes that are known to be such an object. Keys and values are not read."""
    file = pq.ParquetFile(pa.BufferReader(body))
    return merged(
        group
        for index in range(file.num_row_groups)
        for group in letters_in(partition, file.read_row_group(index, columns=list(_TOLD)))
    )


def letters_in(partition: int, rows: pa.Table) -> tuple[LetterGroup, ...]:
    told = (rows[name].to_pylist() for name in _TOLD)
    return groups_of(partition, (one for one in zip(*told, strict=True) if None not in one))
