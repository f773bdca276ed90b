"""The matrix: component, moment, fault. Each module declares the cells of one component beside what they play."""

from __future__ import annotations

from typing import Any

import pytest
from faults.matrix.ahead import AHEAD
from faults.matrix.api import API
from faults.matrix.brokers import BROKERS
from faults.matrix.cell import Cell, delivered_by
from faults.matrix.driver import DRIVER
from faults.matrix.kafka import KAFKA
from faults.matrix.producer import PRODUCER
from faults.matrix.producers import PRODUCERS
from faults.matrix.readers import READERS
from faults.matrix.records import RECORDS
from faults.matrix.rivals import RIVALS
from faults.matrix.spark import SPARK
from faults.matrix.store import STORE
from faults.matrix.topic import TOPIC

LOCAL = (
    *delivered_by("local", *DRIVER, *RIVALS, *STORE, quick=frozenset({"driver-killed-before-receipt"})),
    *AHEAD,
    *delivered_by("both by turns", *DRIVER, *RIVALS, quick=frozenset({"driver-killed-mid-object"})),
)
"""Each cell of drivers, played by the other engine, and by both; and what only that engine does."""

CELLS = (
    *PRODUCER,
    *PRODUCERS,
    *BROKERS,
    *API,
    *DRIVER,
    *RIVALS,
    *LOCAL,
    *STORE,
    *KAFKA,
    *TOPIC,
    *READERS,
    *RECORDS,
    *SPARK,
)


def params(*cells: Cell) -> list[Any]:
    """For pytest: the ids, and the mark of those that are no part of the quick subset."""
    return [
        pytest.param(cell, id=cell.id, marks=() if cell.quick else pytest.mark.not_quick) for cell in cells
    ]


__all__ = [
    "API",
    "BROKERS",
    "CELLS",
    "DRIVER",
    "KAFKA",
    "LOCAL",
    "PRODUCER",
    "PRODUCERS",
    "READERS",
    "RECORDS",
    "RIVALS",
    "SPARK",
    "STORE",
    "TOPIC",
    "Cell",
    "params",
]
