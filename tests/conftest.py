"""For all tests: no settings from outside, and the suite of each noted in the JUnit report.

build-support/test_summary.py adds the suites up.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest

TESTS = Path(__file__).parent

# Bytecode beside the installed wheels would get into the next PEX that Pex builds from them.
sys.pycache_prefix = os.environ["PYTHONPYCACHEPREFIX"] = str(Path(tempfile.gettempdir()) / "waybill-bytecode")

OF_THEIR_OWN = {"unit": ("model",), "integration": ("cluster", "containers", "stack")}
"""Folders that are a suite apart from the one they lie in."""


def suite_of(item: pytest.Item) -> str:
    """Property tests are those that hypothesis draws; else the folder says it."""
    folder, *below = item.path.relative_to(TESTS).parts
    if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
        return "property"
    return below[0] if below[0] in OF_THEIR_OWN.get(folder, ()) else folder


def pytest_itemcollected(item: pytest.Item) -> None:
    item.user_properties.append(("suite", suite_of(item)))


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fixtures of a session still see the WAYBILL_TEST_ variables, tests and what they start see none."""
    for name in [name for name in os.environ if name.startswith("WAYBILL_")]:
        monkeypatch.delenv(name)
