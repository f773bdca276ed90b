"""A view of the newest row of each key, in SQL that DuckDB, Spark and Trino take.

Inside a partition the offset says which row is newer, whatever the clocks of those who sent it said; a key that was
sent to two partitions, as after some were added, has its newest row by the record's timestamp. What the SQL names
itself begins with ``kafka_``, as no column of a contract does.
"""

from __future__ import annotations

from waybill_contracts.document import ContractDocument
from waybill_contracts.exports.not_sayable import NotSayable
from waybill_contracts.exports.wording import about, rows_view


def exported(document: ContractDocument, dataset: str) -> str:  # noqa: ARG001  # every export's
    keys = _keys(document)
    rows = rows_view(document)
    conditions = " AND ".join(f"kafka_row.{key} IS NOT NULL" for key in keys)
    listed = ", ".join(f"kafka_row.{key}" for key in keys)
    lines = [
        f"-- {about(document)}",
        f"-- The newest row of each {' and '.join(keys)} in {rows}, a table or view of its rows.",
        f"-- {_deletes(document)}",
        f"CREATE OR REPLACE VIEW {document.stream}_latest AS",
        "WITH kafka_ends AS (",
        "  SELECT kafka_row.kafka_partition, max(kafka_row.kafka_offset) AS kafka_offset",
        f"  FROM {rows} AS kafka_row",
        f"  WHERE {conditions}",
        f"  GROUP BY {listed}, kafka_row.kafka_partition",
        "), kafka_ranked AS (",
        "  SELECT kafka_row.kafka_partition, kafka_row.kafka_offset, row_number() OVER (",
        f"    PARTITION BY {listed} ORDER BY kafka_row.kafka_timestamp DESC NULLS LAST, kafka_row.kafka_partition DESC",
        "  ) AS kafka_age",
        f"  FROM {rows} AS kafka_row",
        "  JOIN kafka_ends ON kafka_row.kafka_partition = kafka_ends.kafka_partition",
        "    AND kafka_row.kafka_offset = kafka_ends.kafka_offset",
        ")",
        "SELECT kafka_row.*",
        f"FROM {rows} AS kafka_row",
        "JOIN kafka_ranked ON kafka_row.kafka_partition = kafka_ranked.kafka_partition",
        "  AND kafka_row.kafka_offset = kafka_ranked.kafka_offset",
        "WHERE kafka_ranked.kafka_age = 1"
        + " AND NOT kafka_row.kafka_tombstone" * (document.tombstones == "row"),
    ]
    return "\n".join(lines)


def _keys(document: ContractDocument) -> tuple[str, ...]:
    if document.key is not None:
        return ("kafka_key",)
    if document.id:
        return document.id
    raise NotSayable(
        "it has neither key nor id, so no row is newer than another",
        "a document that says key, the record's, or id, the event's own",
    )


def _deletes(document: ContractDocument) -> str:
    if document.tombstones == "row":
        return "A key whose last record is a tombstone is gone."
    return "Tombstones are dead letters to this contract: a deleted key keeps its last row."
