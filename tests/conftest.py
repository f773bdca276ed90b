"""Notes in the JUnit report which suite each test belongs to; build-support/test_summary.py adds them up."""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).parent


def suite_of(item: pytest.Item) -> str:
    """Property tests are those that hypothesis draws; the model check explores all; else the folder says it."""
    folder, *below = item.path.relative_to(TESTS).parts
    if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
        return "property"
    if folder == "unit" and below[0] == "model":
        return "model"
    return folder


def pytest_itemcollected(item: pytest.Item) -> None:
    item.user_properties.append(("suite", suite_of(item)))
