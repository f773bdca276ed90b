"""What a topic's records are: of which contract, and which columns no whole row lacks.

The contenders' columns are written by hand, as a user would: in ``contenders/plain_files.py`` for the script, in
``contenders/<stream>.columns.sql`` for Flink. A test holds them to the contract.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Subject:
    """``document`` is the contract's file in ``contenders``; without one it is the packaged contract of the stream."""

    stream: str
    id: str
    time: str
    document: str | None = None


NAMES = Subject("names", "id", "produced_at")
FLAT = Subject("flat", "order_id", "created_at", "flat.contract.json")
NESTED = Subject("nested", "order_id", "created_at", "nested.contract.json")
AVRO = Subject("avro", "order_id", "created_at", "avro.contract.json")
