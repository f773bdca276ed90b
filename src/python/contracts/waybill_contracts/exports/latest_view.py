"""A view of the newest row of each key, in SQL that DuckDB, Spark and Trino take.

Inside a partition the offset says which row is newer, whatever the clocks of those who sent it said; a key that was
sent to two partitions, as after some were added, has its newest row by the record's timestamp.
"""

from __future__ import annotations

from waybill_contracts.document import ContractDocument
from waybill_contracts.exports.not_sayable import NotSayable
from waybill_contracts.exports.wording import about, rows_view


def exported(document: ContractDocument, lake: str) -> str:  # noqa: ARG001  # every export's
    keys = _keys(document)
    rows = rows_view(document)
    conditions = " AND ".join(f"one.{key} IS NOT NULL" for key in keys)
    listed = ", ".join(f"one.{key}" for key in keys)
    lines = [
        f"-- {about(document)}",
        f"-- The newest row of each {' and '.join(keys)} in {rows}, a table or view of its rows.",
        f"-- {_deletes(document)}",
        f"CREATE OR REPLACE VIEW {document.stream}_latest AS",
        "WITH ends AS (",
        "  SELECT one.kafka_partition, max(one.kafka_offset) AS kafka_offset",
        f"  FROM {rows} AS one",
        f"  WHERE {conditions}",
        f"  GROUP BY {listed}, one.kafka_partition",
        "), ranked AS (",
        "  SELECT one.kafka_partition, one.kafka_offset, row_number() OVER (",
        f"    PARTITION BY {listed} ORDER BY one.kafka_timestamp DESC NULLS LAST, one.kafka_partition DESC",
        "  ) AS age",
        f"  FROM {rows} AS one",
        "  JOIN ends ON one.kafka_partition = ends.kafka_partition AND one.kafka_offset = ends.kafka_offset",
        ")",
        "SELECT one.*",
        f"FROM {rows} AS one",
        "JOIN ranked ON one.kafka_partition = ranked.kafka_partition AND one.kafka_offset = ranked.kafka_offset",
        "WHERE ranked.age = 1" + " AND NOT one.kafka_tombstone" * (document.tombstones == "row"),
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
