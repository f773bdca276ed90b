"""A hyphen at an end of a class means itself, with a ``\\`` before it or without: the language has one spelling."""

from __future__ import annotations

import re

import pytest

from waybill_contracts.document import PatternRefused, parse_pattern
from waybill_contracts.drafting.class_hyphens import with_hyphens_escaped


@pytest.mark.parametrize(
    ("pattern", "spelled"),
    [
        ("^[a-z0-9-]+$", "^[a-z0-9\\-]+$"),
        ("[-a]", "[\\-a]"),
        ("[^-a]", "[^\\-a]"),
        ("[-]", "[\\-]"),
        ("[\\w.-]", "[\\w.\\-]"),
        ("a-b", "a-b"),
        ("\\[-]", "\\[-]"),
        ("[a\\-]", "[a\\-]"),
        ("[a-z]-[0-9-]", "[a-z]-[0-9\\-]"),
    ],
)
def test_it_is_escaped_there_and_nowhere_else(pattern: str, spelled: str) -> None:
    assert with_hyphens_escaped(pattern) == spelled
    assert with_hyphens_escaped(spelled) == spelled
    texts = [chr(one) for one in range(32, 127)] + ["a-b", "ab", "1-", "[-]"]
    assert [bool(re.search(pattern, one)) for one in texts] == [
        bool(re.search(spelled, one)) for one in texts
    ]


@pytest.mark.parametrize("pattern", ["[", "[^", "[-", "\\", "[\\", "[]-]", "[a-z-9]", "[a&&b]"])
def test_what_the_language_has_not_stays_refused(pattern: str) -> None:
    with pytest.raises(PatternRefused):
        parse_pattern(with_hyphens_escaped(pattern))
