"""The cells of ``matrix`` that are about: kafka."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from faults.matrix import KAFKA, READERS, RECORDS, TOPIC, Cell, params


@pytest.mark.parametrize("cell", params(*KAFKA, *TOPIC, *READERS, *RECORDS))
def test_cell(cell: Cell, run_cell: Callable[[], None]) -> None:
    run_cell()
