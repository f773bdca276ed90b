"""The page says what the tables say, and each file has its source and licence."""

from __future__ import annotations

import re
from pathlib import Path

from samples.page import page
from samples.sample import HERE

DOCS = Path(__file__).parents[3] / "docs"


def test_the_page_of_real_topics_is_what_the_tables_say() -> None:
    assert (DOCS / "real-topics.md").read_text() == page(), (
        "write it anew: python -m samples.page > docs/real-topics.md (see CONTRIBUTING.md)"
    )


def test_each_file_of_others_has_its_source_and_a_permissive_licence() -> None:
    named: set[str] = set()
    for files, source, licence in re.findall(
        r"^\| (`.*) \| (\S+/\S+, .* @ [0-9a-f]{40}) \| (.*) \|$",
        (HERE / "SOURCES.md").read_text(),
        re.MULTILINE,
    ):
        assert (bool(source), licence in ("MIT", "Apache-2.0")) == (True, True)
        named |= {name.rsplit("/", 1)[-1] for name in re.findall(r"`([^`]+)`", files)}
    there = {one.name for one in HERE.glob("*/*") if one.parent.name != "__pycache__"} - {"contract.json"}
    assert named == there
