"""A stream is known to its own folder: no other code names ``names``, its source, its topic or one of its columns."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[3] / "src" / "python"

EXEMPT = {
    "streams/waybill_streams/names/": "the stream itself",
    "common/waybill_common/settings/kafka_sections.py": "0.1.0's [stream]",
    "common/waybill_common/settings/sections.py": "0.1.0's [source], [producer] and [pseudonym]",
    "producer/": "until sources are configuration",
    "sandbox/waybill_sandbox/api/": "until sources are configuration",
    "sandbox/waybill_sandbox/demo/": "it runs that stream on purpose",
    "ops/waybill_ops/prove/": "it runs that stream on purpose",
    "dags/name_stream_dag.py": "of the project's first description",
}
WORDS = re.compile(
    r"\b(?:names_topic|randomuser|full_name|postcode|latitude|longitude|produced_at)\b|waybill_streams\.names\b"
)
STREAM = "names"


def modules() -> Iterator[tuple[str, str]]:
    for file in sorted(SOURCES.rglob("*.py")):
        name = str(file.relative_to(SOURCES))
        if not name.startswith(tuple(EXEMPT)):
            yield name, file.read_text()


def found_in(source: str) -> Iterator[str]:
    """In code, comments and docstrings alike; the stream's own name, which is a word, as a text alone."""
    for number, line in enumerate(source.splitlines(), 1):
        yield from (f"{number}: {one}" for one in WORDS.findall(line))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and node.value == STREAM:
            yield f"{node.lineno}: {STREAM!r}"
        if isinstance(node, ast.ImportFrom) and node.module == "waybill_streams":
            yield from (f"{node.lineno}: {STREAM!r}" for one in node.names if one.name == STREAM)


def test_no_code_outside_a_streams_folder_knows_it() -> None:
    seen = dict(modules())
    assert len(seen) > 300
    assert {name: [*found_in(source)] for name, source in seen.items() if [*found_in(source)]} == {}


@pytest.mark.parametrize("place", EXEMPT)
def test_each_exemption_is_needed(place: str) -> None:
    files = [SOURCES / place] if place.endswith(".py") else [*(SOURCES / place).rglob("*.py")]
    assert any(next(found_in(file.read_text()), None) for file in files)


@pytest.mark.parametrize(
    "line",
    [
        "from waybill_streams.names import NAMES",
        "from waybill_streams import names",
        "import waybill_streams.names.contract",
        "x = 'names'",
        "def f(): return row.latitude",
        'x = "day(produced_at)"',
        "# randomuser.me",
    ],
)
def test_the_check_finds_what_it_is_for(line: str) -> None:
    assert [*found_in(line)]


def test_a_variable_may_be_called_names() -> None:
    assert not [*found_in("names = sorted(other.names for other in others)")]
