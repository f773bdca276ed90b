"""The cells of ``matrix`` that are about: spark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from faults.matrix import SPARK, Cell, params


@pytest.mark.parametrize("cell", params(*SPARK))
def test_cell(cell: Cell, run_cell: Callable[[], None]) -> None:
    run_cell()
