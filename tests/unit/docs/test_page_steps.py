"""Pages whose commands ``make docs`` runs: how they are read, what ``…`` takes, and that each command can be typed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from pages.page_steps import PageStep, steps_of
from pages.shown_output import unlike

from waybill_ops.cli import make_parser

DOCS = Path(__file__).parents[3] / "docs"
PAGES = {page.name: found for page in sorted(DOCS.glob("*.md")) if (found := steps_of(page.read_text()))}

PAGE = """\
# A page
```
not run
```
```sh
first
second
```
prints
```text
1
```
```sh
third
```
"""


def test_a_step_is_a_block_of_sh_with_the_text_after_it() -> None:
    assert steps_of(PAGE) == [PageStep(6, "first\nsecond\n", "1\n"), PageStep(14, "third\n")]


@pytest.mark.parametrize("page", ["```text\n1\n```\n", "```sh\na\n```\n```text\n1\n```\n```text\n2\n```\n"])
def test_an_output_without_commands_is_no_page(page: str) -> None:
    with pytest.raises(ValueError, match="no block of sh stands before this output"):
        steps_of(page)


LOGGED = '{"rows": 1, "event": "commit", "level": "info", "timestamp": "2026"}\n'


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("a b\n", "a b  \n"),
        ("took … s\n", "took 1.25 s\n"),
        ("a\n…\nz\n", "a\nb\nc\nz\n"),
        ("a\n…\nz\n", "a\nz\n"),
        ("a\n", f"{LOGGED}a\n{LOGGED}"),
        ("", ""),
        ("(.*)\n", "(.*)\n"),
        ('{"event": 1}\n', '{"event": 1}\n'),
    ],
    ids=["blanks at the right", "within a line", "lines", "no line", "log", "nothing", "no pattern", "JSON"],
)
def test_what_a_page_shows_is_printed(shown: str, printed: str) -> None:
    assert unlike(shown, printed) is None


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("1 row\n", "2 rows\n"),
        ("took … s\n", "took s\n"),
        ("took … s\n", "took 1\n2 s\n"),
        ("a\n", "a\nb\n"),
        ("a\nb\n", "a\n"),
        ("a\n…\nz\n", "a\nb\n"),
        ('{"rows": 1}\n', '{"rows": 2}\n'),
    ],
    ids=["a count", "an empty text", "beyond a line", "a line more", "a line less", "no end", "JSON"],
)
def test_anything_else_is_told(shown: str, printed: str) -> None:
    told = unlike(shown, printed)
    assert told is not None
    assert told.startswith("--- the page\n+++ what was printed\n")


def test_of_lines_that_are_shown_with_a_gap_none_is_told() -> None:
    told = unlike("took … s\nb\n…\n", "took 1.25 s\nc\n")
    assert told is not None
    assert told.splitlines()[-4:] == [" took … s", "-b", "-…", "+c"]


def commands(steps: list[PageStep]) -> Iterator[list[str]]:
    """Each call of ``waybill``, up to where the shell takes over."""
    for step in steps:
        for line in step.commands.replace("\\\n", " ").splitlines():
            if line.startswith("waybill "):
                yield shlex.split(re.split(r" (?:\||<|>|2>|&&)", line)[0], comments=True)[1:]


def test_there_are_pages_with_commands() -> None:
    assert {"streams.md"} <= PAGES.keys()


@pytest.mark.parametrize("page", PAGES)
def test_each_command_of_a_page_can_be_typed(page: str) -> None:
    found = [*commands(PAGES[page])]
    assert found
    for words in found:
        assert make_parser().parse_args(words).command == words[0]
