"""Unit tests see no setting of the person or machine that runs them."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("WAYBILL_"):
            monkeypatch.delenv(name)
