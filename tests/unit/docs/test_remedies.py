"""A remedy can be followed by whoever reads it: with either engine, and for one stream of many in a lake."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from unit.docs.import_graph import read_modules


def remedies() -> Iterator[tuple[str, str]]:
    """Each with its module."""
    for name, tree in read_modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg == "remedy":
                words = [one.value for one in ast.walk(node.value) if isinstance(one, ast.Constant)]
                yield name, "".join(one for one in words if isinstance(one, str))


REMEDIES = [*remedies()]


def test_who_is_to_deliver_is_told_both_engines() -> None:
    told = [(name, text) for name, text in REMEDIES if "`waybill submit`" in text]
    assert told
    assert [name for name, text in told if "`waybill deliver`" not in text] == []


def test_another_topic_is_to_have_a_dataset_of_its_own() -> None:
    """The lake has other streams: it is not to be another one."""
    assert any("a dataset of its own" in text for _, text in REMEDIES)
    assert [name for name, text in REMEDIES if "a lake of its own" in text] == []
