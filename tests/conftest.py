"""For all tests: no settings from outside, and the suite of each noted in the JUnit report.

build-support/test_summary.py adds the suites up.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).parent

# Bytecode beside the installed wheels would get into the next PEX that Pex builds from them.
sys.pycache_prefix = os.environ["PYTHONPYCACHEPREFIX"] = str(Path(tempfile.gettempdir()) / "waybill-bytecode")

# Under nohup it is ignored, and so it would be by all that tests start.
signal.signal(signal.SIGHUP, signal.SIG_DFL)

OF_THEIR_OWN = {"unit": ("model",), "integration": ("cluster", "containers", "stack")}
"""Folders that are a suite apart from the one they lie in."""


def suite_of(item: pytest.Item) -> str:
    """Property tests are those that hypothesis draws; else the folder says it."""
    folder, *below = item.path.relative_to(TESTS).parts
    if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
        return "property"
    return below[0] if below[0] in OF_THEIR_OWN.get(folder, ()) else folder


FACTOR = int(os.environ.get("WAYBILL_TEST_FUZZ_EXAMPLES", "1"))
"""How many times its examples a property test draws; `make fuzz` sets it."""

_set: set[object] = set()


def set_draws(test: Any) -> None:
    """Gives a test of hypothesis's ``FACTOR`` times its own examples, and no deadline: a noisy machine would miss it.

    No profile reaches those that state a number.
    """
    # Not installed where no test uses it.
    from hypothesis import settings

    known: Any = getattr(test, "_hypothesis_internal_use_settings", settings.default)
    test._hypothesis_internal_use_settings = settings(
        known, max_examples=FACTOR * known.max_examples, deadline=None
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "root_only: gives files away or takes another user, as root alone may")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What only root can try is left out for others. CI is root."""
    left_out = [item for item in items if os.geteuid() and item.get_closest_marker("root_only")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_itemcollected(item: pytest.Item) -> None:
    test = getattr(item, "obj", None)
    # Once for a function, however many parameters it has.
    if getattr(test, "is_hypothesis_test", False) and test not in _set:
        _set.add(test)
        set_draws(test)
    item.user_properties.append(("suite", suite_of(item)))


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fixtures of a session still see the WAYBILL_TEST_ variables, tests and what they start see none."""
    for name in [name for name in os.environ if name.startswith("WAYBILL_")]:
        monkeypatch.delenv(name)
