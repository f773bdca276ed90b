"""What scripts of 0.1.0 rest on is still there: commands, flags, settings, exit codes and keys of JSON output."""

from __future__ import annotations

import json
from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn
from unittest.mock import Mock

import pytest
from unit.ops.ledgers import sound
from unit.ops.letters import letter, status, value
from unit.zips import ONE

import waybill_ops.cli
import waybill_producer.cli
import waybill_sandbox.api.cli
import waybill_sandbox.cli
import waybill_spark.cli
from waybill_common.errors import RegistryRefused, exit_codes
from waybill_common.kafka import Topic
from waybill_common.settings.setting_names import known, known_variables, variable_of
from waybill_delivery.run_summary import RunSummary
from waybill_ops.audit.audit_report import AuditReport, Totals
from waybill_ops.audit.audit_report import as_json as audit_as_json
from waybill_ops.audit.findings import Code, Finding, tally
from waybill_ops.audit.object_names import LEDGER, entry_key
from waybill_ops.audit.redrives import AuditedDeadLetters
from waybill_ops.commands import dead_letters, init, lag
from waybill_ops.dead_letters.dead_letter import DeadLetterState
from waybill_ops.dead_letters.listing import list_dead_letters, listing_as_json
from waybill_ops.lag.lag_bounds import Lag, PartitionLag, Retention
from waybill_ops.later import CommandParser
from waybill_ops.prove.comparison import compare_sent_with_stored
from waybill_ops.prove.fault_plan import make_plan
from waybill_ops.prove.proof import Proof, RoundOutcome, rows_of
from waybill_ops.prove.proof_table import as_json as proof_as_json
from waybill_ops.provision.part import PartState, ProvisionedPart
from waybill_ops.redrive.patching import consider
from waybill_ops.redrive.preview import preview_as_json, preview_of
from waybill_ops.submission.command import Submission, submit_parts
from waybill_ops.submission.spark_bundle import Bundle
from waybill_producer.cursor.model import Cursor
from waybill_producer.run_totals import RunTotals
from waybill_streams.names import NAMES

OLD: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "fixtures" / "v0_1_0" / "surface.json").read_text()
)
PROGRAMS = {
    "waybill": waybill_ops.cli.main,
    "producer": waybill_producer.cli.main,
    "spark_app": waybill_spark.cli.main,
    "sandbox": waybill_sandbox.cli.main,
    "simulator": waybill_sandbox.api.cli.main,
}


class Parsing(BaseException):
    """A program is about to read its command line."""


def words_of(parser: ArgumentParser, name: str) -> Iterator[tuple[str, set[str]]]:
    """Each command with its flags and words."""
    words: set[str] = set()
    for action in parser._actions:
        if isinstance(action, _SubParsersAction):
            for inner, of in action.choices.items():
                if isinstance(of, CommandParser) and of.fill:
                    of.fill(of)
                yield from words_of(of, f"{name} {inner}")
        else:
            words |= {*action.option_strings} or {action.dest}
    yield name, words


def parser_of(program: str, monkeypatch: pytest.MonkeyPatch) -> ArgumentParser:
    def parse(self: ArgumentParser, *_: object) -> NoReturn:
        found.append(self)
        raise Parsing

    found: list[ArgumentParser] = []
    monkeypatch.setattr(ArgumentParser, "parse_known_args", parse)
    with pytest.raises(Parsing):
        PROGRAMS[program]([])
    return found[0]


@pytest.mark.parametrize("program", PROGRAMS)
def test_commands_and_their_flags_are_still_there(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = dict(words_of(parser_of(program, monkeypatch), program))
    before = {name: words for name, words in OLD["commands"].items() if name.split()[0] == program}
    assert before
    for name, words in before.items():
        assert not set(words) - now[name], name


def test_settings_and_their_variables_are_still_there() -> None:
    assert not set(OLD["settings"]) - set(known())
    assert not {variable_of(name) for name in OLD["settings"]} - set(known_variables())


def test_exit_codes_mean_what_they_meant() -> None:
    now = {str(code): kind.__name__ for code, kind in exit_codes().items()}
    assert now | OLD["exit_codes"] == now


def keys_of(found: object, path: str = "") -> Iterator[str]:
    """``counts.rows``, ``partitions[].frontier``: each key, in lists that of any element."""
    if isinstance(found, dict):
        for name, inner in found.items():
            yield f"{path}{name}"
            yield from keys_of(inner, f"{path}{name}.")
    elif isinstance(found, list | tuple):
        for one in found:
            yield from keys_of(one, f"{path[:-1]}[].")


Run = Callable[..., Any]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: str) -> Any:
        assert waybill_ops.cli.main(words) == 0
        return json.loads(capsys.readouterr().out)

    return run


def report(run: Run, folder: Path, _: pytest.MonkeyPatch) -> object:
    (folder / "names" / LEDGER).mkdir(parents=True)
    for (number, kind), body in sound().items():
        (folder / "names" / entry_key(number, kind)).write_bytes(body)
    return run("report", f"--lake.url={folder}", "--json", "--objects")


def lag_(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    now = Lag((PartitionLag(0, 1, 0, 2, 0),), Retention(-1, -1), 0)
    position = Mock(number=1, format=3, is_old=False)
    for name, found in {
        "measure_lag": now,
        "is_hidden": True,
        "begun_position": None,
        "position_of": position,
        "open_journal": Mock(**{"lake.address": "/", "origin.return_value": {}}),
    }.items():
        monkeypatch.setattr(lag, name, Mock(return_value=found))
    return run("lag", f"--lake.url={folder}", "--json")


def verified() -> AuditReport:
    return AuditReport(
        lake="/lake", stream="names", topic="t", topic_id="t", complete=True, totals=Totals(1, 1, 1, 1, 1, 1, 1),
        dead_letters=AuditedDeadLetters(0, 0, 0, (((0, 1), (0, 2)),)), origin={}, frontier={}, log_start={},
        in_flight_offsets={}, in_flight_objects=0, judged_by_receipts={},
        tallies=tally([Finding(Code.MISSING, "here", "it is gone")], show=1),
    )  # fmt: skip


def proved() -> object:
    plan = make_plan(7, (), 1, 200)
    outcomes = [RoundOutcome(one.number, engine="local", caused=0, codes=(0,)) for one in plan.rounds]
    account = compare_sent_with_stored((), ())
    rows = rows_of(plan, outcomes, account)
    topic = Topic("t", "id", 1, "delete", -1, -1).name
    return proof_as_json(
        Proof(
            plan, ("local",), {}, topic, "/lake", rows, account, verified(), aborted=1, last=0, seconds=1.0
        ),
        kept=True,
    )


def shown(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    one = letter(headers=((b"h", b"x"),))
    monkeypatch.setattr(
        dead_letters,
        "open_dead_letters",
        lambda *_: Mock(topics={one.coordinates.topic: "id"}, dead_letters=lambda _: iter([one])),
    )
    monkeypatch.setattr(dead_letters, "read_statuses", lambda *_: {one.coordinates: status(one.coordinates)})
    return run("dead-letters", "show", "0:0", f"--lake.url={folder}")


def redriven() -> object:
    letters = [letter(), letter(value=value())]
    return preview_as_json(preview_of((consider(one, None, None, NAMES) for one in letters), 2), None)


def made(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    part = ProvisionedPart("topic", "t", PartState.CREATED)
    monkeypatch.setattr(init, "provide_lake", lambda _: part)
    monkeypatch.setattr(init, "provide_topics", lambda *_: [part])
    return run("init", f"--lake.url={folder}", "--json")


def published(run: Run, folder: Path, _: pytest.MonkeyPatch) -> object:
    (folder / "dags.zip").write_bytes(ONE)
    return run("dags", "publish", str(folder / "dags.zip"), "--json", f"--dags.url={folder}/dags")


def listed(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    published(run, folder, monkeypatch)
    return run("dags", "list", "--json", f"--dags.url={folder}/dags")


def submitted() -> object:
    here = Path("/")
    bundle = Bundle(pex=here, launcher=here, jars=here)
    return submit_parts(Submission(here, "local", bundle, (), (), here, (), (), (), {}), {})


def produced() -> object:
    totals = RunTotals()
    totals.cursor = Cursor(
        stream="names", topic_id="t", seed="s", version="1.4", results=1, nat=[], inc=[], page=1, events=1,
        dead_letters=0, fingerprint="0" * 64, produced_at=datetime(2026, 11, 22, tzinfo=UTC),
    )  # fmt: skip
    return totals.summary("failed", RegistryRefused("a", allowed="b", remedy="c"))


NOW: dict[str, Callable[[Run, Path, pytest.MonkeyPatch], object]] = {
    "waybill report": report,
    "waybill lag": lag_,
    "waybill verify": lambda *_: audit_as_json(verified()),
    "waybill prove": lambda *_: proved(),
    "waybill dead-letters list": lambda *_: listing_as_json(
        list_dead_letters([(letter(), DeadLetterState.OPEN)], 1)
    ),
    "waybill dead-letters show": shown,
    "waybill redrive": lambda *_: redriven(),
    "waybill init": made,
    "waybill dags publish": published,
    "waybill dags list": listed,
    "waybill submit": lambda *_: submitted(),
    "producer": lambda *_: produced(),
    "spark_app": lambda *_: RunSummary().as_json(seconds=1),
}


@pytest.mark.parametrize("command", OLD["json"])
def test_keys_of_json_output_are_still_there(
    command: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = NOW[command](run, tmp_path, monkeypatch)
    assert not set(OLD["json"][command]) - set(keys_of(now))
