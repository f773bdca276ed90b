"""Whatever docs/troubleshooting.md quotes is what a user sees."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from model_judge import Dead, judge
from unit.docs.messages import MESSAGES, Maker, Place, said

from waybill_common.errors import exit_codes
from waybill_streams.names import NAMES

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "troubleshooting.md").read_text()
SOURCES = ROOT / "src" / "python"

WRITTEN = {
    "A warning says that a flag does nothing": "common/waybill_common/cli.py",
    "A run has to be stopped": "delivery/waybill_delivery/stop_signals.py",
    "Airflow does not show the DAG": "airflow_bundle/waybill_airflow/bundle.py",
    "A task has failed": "dags/waybill_dags/advice.py",
    "A task says that a program can't be run": "dags/waybill_dags/program.py",
}
"""Messages that only a running Spark or Airflow says: the source has their words."""

SPARKS_OWN = {"Spark does not know Kafka", "No executor takes the work"}
JUDGED = "Users are missing, or the API's values vary"


def quotes() -> dict[str, str]:
    """What each entry quotes, by its heading."""
    sections = re.split(r"^### (.+)$", PAGE, flags=re.MULTILINE)[1:]
    found = {}
    for heading, text in zip(sections[::2], sections[1::2], strict=True):
        block = re.search(r"^```\n(.+)\n```$", text.split("\n## ")[0], re.MULTILINE)
        if block:
            found[heading] = block[1]
    return found


@pytest.mark.parametrize("heading", MESSAGES)
def test_a_quoted_message_is_the_one_that_is_said(
    heading: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make: Maker = MESSAGES[heading]
    quoted, real = quotes()[heading], said(make, Place(tmp_path, monkeypatch))
    assert real == quoted if not quoted.endswith("…") else real.startswith(quoted[:-1])


@pytest.mark.parametrize("heading", WRITTEN)
def test_a_quoted_text_stands_in_the_source(heading: str) -> None:
    source = (SOURCES / WRITTEN[heading]).read_text()
    assert quotes()[heading] in re.sub(r'"\n +f?"', "", source)  # a literal may go on in the next line


def test_a_quoted_reason_is_the_judges() -> None:
    event = {column.name: None for column in NAMES.columns} | {"latitude": "59.4"}
    found = judge(NAMES, json.dumps(event).encode())
    assert isinstance(found, Dead)
    assert quotes()[JUDGED] in found.detail


def test_every_quote_is_held_by_a_test() -> None:
    assert set(quotes()) == {*MESSAGES, *WRITTEN, *SPARKS_OWN, JUDGED}


def test_every_entry_has_its_cause_and_remedy() -> None:
    entries = re.split(r"^### .+$", PAGE.split("\n## Exit codes")[0], flags=re.MULTILINE)[1:]
    assert len(entries) > 25
    for entry in entries:
        assert (entry.count("**Cause.** "), entry.count("**Remedy.** ")) == (1, 1), entry


def test_every_exit_code_leads_to_its_section() -> None:
    listed = re.findall(r"^\| \[([0-9]+)\]\(errors\.md#(\w+)\) \|", PAGE, re.MULTILINE)
    assert listed == [(str(code), kind.__name__.lower()) for code, kind in sorted(exit_codes().items())]
