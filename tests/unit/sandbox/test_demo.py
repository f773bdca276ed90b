from __future__ import annotations

import io
import json
import stat
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from waybill_common.errors import AuditFailed, ServiceNotReady, SettingsRefused
from waybill_common.screen import Screen
from waybill_common.settings.setting_names import known_variables
from waybill_sandbox.demo.demo_summary import DemoSummary, check, print_summary
from waybill_sandbox.demo.folders import DemoFolders, prepare
from waybill_sandbox.demo.narrator import Narrator
from waybill_sandbox.demo.outcome import StepOutcome, read_outcome
from waybill_sandbox.demo.queries import QueryResult
from waybill_sandbox.demo.running import run_step
from waybill_sandbox.demo.staying import console_command
from waybill_sandbox.demo.steps import (
    STRAY_RECORDS,
    Reads,
    Step,
    Surroundings,
    audit_step,
    local_step,
    producer_step,
    spark_step,
)

AROUND = Surroundings(
    "127.0.0.1:1", "http://127.0.0.1:2/api/", "/bin", "/home/me", "/java", "/spark", "/jars"
)
PRODUCED = {"events": 90, "dead_letters": {"total": 10, "by_reason": {"wrong_type": 10}}, "seconds": 2.0}
DELIVERED = {"commits": [1], "rows": 90, "reasons": {"not_json": 3}, "objects": 4, "seconds": 3.0}
AUDITED = {"verdict": "ok", "counts": {"rows": 90, "commits": 1, "objects": 4}}


@pytest.fixture
def places(tmp_path: Path) -> DemoFolders:
    dist = tmp_path / "dist"
    dist.mkdir()
    for name in ("producer.pex", "spark_app.zip", "waybill.pex"):
        (dist / name).touch()
    return DemoFolders(folder=tmp_path / "demo", dist=dist)


def summary(**api: int) -> DemoSummary:
    documents: Mapping[Reads, Any] = {
        Reads.PRODUCER: PRODUCED,
        Reads.DELIVERY: DELIVERED,
        Reads.AUDIT: AUDITED,
    }
    return DemoSummary(
        outcomes=tuple(
            read_outcome(str(reads), reads, 9.0, json.dumps(said)) for reads, said in documents.items()
        ),
        answers=(QueryResult("count", ("rows",), (("90",),)),),
        api={"requests": 3, "users": 100, "malformed": 10} | api,
        folder="demo",
        pipeline_seconds=30.0,
    )


def test_the_key_can_be_read_by_its_owner_alone_and_is_new_each_time(places: DemoFolders) -> None:
    prepare(places)
    first = places.key_file.read_text()
    assert stat.S_IMODE(places.key_file.stat().st_mode) == 0o600
    prepare(places)
    assert len(first) == 64
    assert first != places.key_file.read_text()


def test_a_second_run_starts_with_an_empty_lake(places: DemoFolders) -> None:
    prepare(places)
    (places.lake / "left over").touch()
    prepare(places)
    assert not any(places.lake.iterdir())


def test_a_folder_with_other_peoples_files_is_left_alone(places: DemoFolders) -> None:
    places.folder.mkdir()
    (places.folder / "thesis.txt").write_text("years of work")
    with pytest.raises(SettingsRefused, match="demo did not make"):
        prepare(places)
    assert (places.folder / "thesis.txt").read_text() == "years of work"


def test_an_artifact_that_is_not_built_is_named(places: DemoFolders) -> None:
    places.bundle.unlink()
    with pytest.raises(SettingsRefused, match=r"spark_app\.zip"):
        prepare(places)


def steps(places: DemoFolders) -> list[Step]:
    rounds = [producer_step(places, AROUND, number) for number in (1, 2)]
    rounds += [local_step(places, AROUND), spark_step(places, AROUND)]
    return [*rounds, audit_step(places, AROUND)]


def test_steps_pass_only_variables_that_waybill_knows(places: DemoFolders) -> None:
    for step in steps(places):
        assert {name for name in step.env if name.startswith("WAYBILL_")} <= set(known_variables())


def test_only_the_producer_gets_the_key_and_it_alone_does_not_see_the_lake(places: DemoFolders) -> None:
    for step in steps(places):
        produces = step.reads is Reads.PRODUCER
        assert ("WAYBILL_PSEUDONYM__KEY_FILE" in step.env) == produces
        assert ("WAYBILL_LAKE__URL" in step.env) != produces
    assert len({step.name for step in steps(places)}) == 5


def test_the_console_in_the_end_is_of_this_machine_and_has_the_demos_lake(places: DemoFolders) -> None:
    command = console_command(places, AROUND, 8888)
    assert command.argv[1:] == ("console", "--listen", "127.0.0.1:8888", "--allow-write")
    assert command.env == audit_step(places, AROUND).env


def test_outcomes_are_read_from_what_the_artifacts_print() -> None:
    produced, delivered, audited = summary().outcomes
    assert (produced.events, produced.rate, dict(produced.dead)) == (90, 45.0, {"wrong_type": 10})
    assert (delivered.events, delivered.objects, delivered.commits) == (90, 4, 1)
    assert audited.told == "verdict ok: 90 rows"


def test_counts_that_agree_pass() -> None:
    check(summary())


@pytest.mark.parametrize(
    ("broken", "complaint"),
    [
        (summary(users=101), "users that the API served"),
        (summary(malformed=9), "malformed users"),
        (replace(summary(), answers=(QueryResult("count", ("rows",), (("89",),)),)), "DuckDB reads"),
        (
            replace(
                summary(),
                outcomes=(
                    summary().outcomes[0],
                    StepOutcome("x", Reads.DELIVERY, 1, events=89),
                    summary().outcomes[2],
                ),
            ),
            "rows delivered",
        ),
        (
            replace(
                summary(),
                outcomes=(*summary().outcomes[:2], StepOutcome("x", Reads.AUDIT, 1, verdict="failed")),
            ),
            "the audit says failed",
        ),
    ],
    ids=["users", "malformed", "duckdb", "rows", "verdict"],
)
def test_counts_that_do_not_agree_fail_the_demo(broken: DemoSummary, complaint: str) -> None:
    with pytest.raises(AuditFailed, match=complaint):
        check(broken)


def test_the_summary_tells_all_that_a_reader_wants_to_know() -> None:
    text = io.StringIO()
    print_summary(summary(fault_rate_limit=1), Screen(text, piped_width=110))
    for wanted in (
        "wrong_type 10",
        "not_json 3",
        "rate_limit 1",
        "audit: ok",
        "demo/lake/names",
        "demo/logs",
        "waybill.pex console --lake.url=demo/lake",
        "Try next",
    ):
        assert wanted in text.getvalue()
    assert len(STRAY_RECORDS) == 3


def test_the_narrator_counts_steps_and_tells_what_came_of_them() -> None:
    text = io.StringIO()
    with Narrator(Screen(text), 2).step("first") as tell:
        tell("went well")
    assert text.getvalue().startswith("[1/2] first ...\n[1/2] first done in 0.0 s: went well")


def step(code: str, limit: float = 20) -> Step:
    return Step("one", "a step", Reads.DELIVERY, (sys.executable, "-c", code), {}, limit)


def test_a_step_ends_with_what_its_program_says(places: DemoFolders) -> None:
    prepare(places)
    outcome = run_step(places, step(f"print('chatter'); print({json.dumps(json.dumps(DELIVERED))})"))
    assert (outcome.name, outcome.events) == ("one", 90)


@pytest.mark.parametrize(
    ("code", "limit", "complaint"),
    [
        ("raise SystemExit('no broker')", 20, "exit code 1(.|\n)*no broker"),
        ("import time; time.sleep(60)", 0.3, r"more than 0\.3 s"),
        ("print('{}')", 20, "printed no summary"),
        ("pass", 20, "printed no summary"),
    ],
    ids=["fails", "hangs", "another_json", "silence"],
)
def test_a_step_that_goes_wrong_says_how(
    places: DemoFolders, code: str, limit: float, complaint: str
) -> None:
    prepare(places)
    with pytest.raises(ServiceNotReady, match=complaint):
        run_step(places, step(code, limit))
