"""The cells of ``matrix`` that are about: store."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from faults.matrix import STORE, Cell, params


@pytest.mark.parametrize("cell", params(*STORE))
def test_cell(cell: Cell, run_cell: Callable[[], None]) -> None:
    run_cell()
