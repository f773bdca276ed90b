"""``waybill prove``: its verdict is its exit code."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import structlog
from processes import runs
from waiting import wait_until

from waybill_common.errors import AuditFailed
from waybill_common.kafka import Topic
from waybill_common.lake import Lake
from waybill_common.screen import Screen
from waybill_common.settings import LakeSettings, Settings
from waybill_ops.audit.audit_report import AuditReport, Totals
from waybill_ops.audit.findings import Code, Finding, tally
from waybill_ops.audit.redrives import AuditedDeadLetters
from waybill_ops.cli import main
from waybill_ops.commands import prove as verb
from waybill_ops.engine import Engine
from waybill_ops.prove import sender as sender_module
from waybill_ops.prove.chosen_engines import ChosenEngines
from waybill_ops.prove.comparison import Arrived, Expected, compare_sent_with_stored
from waybill_ops.prove.fault_plan import ProofFault, Transaction, make_plan
from waybill_ops.prove.guard import left_over
from waybill_ops.prove.programs import programs_in
from waybill_ops.prove.proof import Proof, RoundOutcome, check, rows_of
from waybill_ops.prove.proof_events import event_id
from waybill_ops.prove.proof_table import as_json, print_proof
from waybill_ops.prove.rounds import FirstRunFailed
from waybill_ops.prove.sender import Sender

PLAN = make_plan(7, (ProofFault.KILL_DRIVER, ProofFault.RACE), 1, 200)
NAME = "waybill-prove-0123456789ab"
TOPIC = Topic(NAME, "id-1", 3, "delete", -1, -1)
OUTCOMES = [
    RoundOutcome(
        one.number,
        engine="local",
        caused=int(one.fault is not None),
        codes=(0,) if one.fault is None else (137, 0),
    )
    for one in PLAN.rounds
]


def report(*findings: Finding) -> AuditReport:
    return AuditReport(
        lake="/lake", stream="names", topic=NAME, topic_id="t", complete=True,
        totals=Totals(commits=9, objects=30, rows=196, dead_letters=4, records=200, empty=0, lost=0),
        dead_letters=AuditedDeadLetters(0, 0, 0, ()), origin={}, frontier={}, log_start={}, in_flight_offsets={},
        in_flight_objects=0, judged_by_receipts={}, tallies=tally(findings, show=20),
    )  # fmt: skip


def proof(*, lost: int | None = None, outcomes: list[RoundOutcome] = OUTCOMES) -> Proof:
    """A proof of ``PLAN``, or of one whose event ``lost`` has no row."""
    sent = [Expected(number, str(number), (0, number), dead=False) for number in range(PLAN.events)]
    found = [Arrived(one.id, one.place, one.dead) for one in sent if one.number != lost]
    account = compare_sent_with_stored(sent, found)
    rows = rows_of(PLAN, outcomes, account)
    return Proof(
        PLAN, ("local",), {"spark": "No Java."}, NAME, "/lake", rows, account, report(),
        aborted=1, last=0, seconds=61.0,
    )  # fmt: skip


@dataclass
class Desk:
    """The verb with its effects taken out; ``removed`` says whether the scratch places were removed."""

    removed: bool = False
    result: Proof | Exception = field(default_factory=proof)
    prefix: Lake = field(default_factory=lambda: Lake(LakeSettings(url="/nowhere"), NAME))
    name: str = NAME
    settings: Settings = field(default_factory=Settings)

    def remove(self) -> None:
        self.removed = True

    def prove(self, *_: object) -> Proof:
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    desk = Desk()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(verb, "choose_engines", lambda *_: ChosenEngines((Engine.SPARK,)))
    monkeypatch.setattr(verb, "make_scratch", lambda *_: desk)
    monkeypatch.setattr(verb, "prove", desk.prove)
    return desk


def test_a_proof_is_exit_code_0_and_leaves_nothing(desk: Desk, tmp_path: Path) -> None:
    assert main(["prove", "--bundle", "x"]) == 0
    assert desk.removed
    assert list(tmp_path.iterdir()) == []


def test_keep_keeps_what_was_proved(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prove", "--bundle", "x", "--keep"]) == 0
    assert not desk.removed
    assert f"kept, to be removed by hand: topic {NAME}, lake /nowhere/{NAME}, logs" in capsys.readouterr().err


def test_an_account_with_a_lost_row_ends_with_the_audits_code_and_keeps_everything(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.result = proof(lost=120)
    assert main(["prove", "--bundle", "x", "--json"]) == AuditFailed.exit_code
    assert not desk.removed
    told, said = capsys.readouterr()
    assert json.loads(told)["verdict"] == "failed"
    assert json.loads(told)["account"]["lost"] == 1
    assert "1 events lost (first: number 120)" in said
    assert f"kept, to be removed by hand: topic {NAME}" in said


def test_where_nothing_can_be_delivered_the_applications_code_and_log_are_passed_on(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.result = FirstRunFailed(31, "LakeRefused: no such bucket")
    assert main(["prove", "--bundle", "x"]) == 31
    assert not desk.removed
    assert "LakeRefused: no such bucket" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--faults", "kill-driver,rain"], "allowed: a list of kill-driver"),
        (["--events", "0"], "allowed: a whole number from 1 to 1,000,000."),
        (["--rounds", "many"], "allowed: a whole number from 1 to 1,000."),
        (["--seed", "-1"], "allowed: a whole number from 0 to"),
    ],
    ids=["faults", "events", "rounds", "seed"],
)
def test_flags_are_checked_first(flags: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prove", "--bundle", "x", *flags]) == 2
    assert said in capsys.readouterr().err


def test_a_loss_stands_in_the_row_of_the_fault_that_it_was_sent_under() -> None:
    lost = PLAN.rounds[2].events[5]
    rows = {row.fault: row.lost for row in proof(lost=lost).rows}
    assert rows == {"none": 0, str(PLAN.rounds[1].fault): 0, str(PLAN.rounds[2].fault): 1}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (replace(proof(), last=30), "the undisturbed run at the end had exit code 30"),
        (replace(proof(), audit=report(Finding(Code.MISSING, "x", ""))), "verify found missing x 1"),
        (
            replace(proof(), account=replace(proof().account, events=199)),
            "199 of 200 events were acknowledged",
        ),
        (
            proof(outcomes=[replace(one, caused=0) if one.number == 1 else one for one in OUTCOMES]),
            f"{PLAN.rounds[1].fault} was never caused",
        ),
    ],
    ids=["last run failed", "audit failed", "not all sent", "fault not caused"],
)
def test_what_proves_nothing_is_no_proof(changed: Proof, why: str) -> None:
    assert changed.culprits[0].startswith(why)
    with pytest.raises(AuditFailed, match=why):
        check(changed)


def test_the_table_and_the_json_say_the_same() -> None:
    paper = io.StringIO()
    print_proof(proof(), Screen(paper, piped_width=160), kept=False)
    text, told = paper.getvalue(), as_json(proof(), kept=False)
    assert "seed 7, 61 s" in text
    assert "spark was left out: No Java." in text
    assert "verdict: proved, for the engine local alone" in text
    assert (told["engines"], told["left_out"]) == (["local"], {"spark": "No Java."})
    assert (told["verdict"], told["seed"], told["kept"]) == ("proved", 7, False)
    for row in told["faults"]:
        [line] = [line for line in text.splitlines() if line.split()[:1] == [row["fault"]]]
        assert str(row["events"]) in line
        assert all(code in line for code in row["codes"])
    assert sum(row["events"] for row in told["faults"]) == PLAN.events


def test_a_transaction_that_readers_see_in_part_is_no_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    sender = Sender(Settings().kafka, TOPIC, seed=3)
    monkeypatch.setattr(sender, "_producer", nullcontext)
    monkeypatch.setattr(sender_module, "committed_places", lambda *_: {event_id(3, 1): (0, 5)})
    with pytest.raises(AuditFailed, match="see 1 of 2 records of a transaction"):
        sender.settle([Transaction(0, 0, 2, aborted=False)])


def test_an_acknowledged_event_that_kafka_does_not_have_is_not_sent_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sender = Sender(Settings().kafka, TOPIC, seed=3, acknowledged={0: (0, 5), 1: (0, 6)})
    monkeypatch.setattr(sender, "_producer", nullcontext)
    monkeypatch.setattr(sender_module, "committed_places", lambda *_: {})
    unsent = Transaction(1, 2, 4, aborted=False)
    assert sender.settle([Transaction(0, 0, 2, aborted=False), unsent]) == (unsent,)


def test_what_still_runs_is_ended_frozen_or_not(tmp_path: Path) -> None:
    sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt), programs_in(tmp_path) as programs:
        running, frozen = programs.start("a", sleeper, {}), programs.start("b", sleeper, {})
        frozen.signal(signal.SIGSTOP)
        signal.raise_signal(signal.SIGTERM)
    assert (running.code(), frozen.code()) == (137, 137)
    assert time.monotonic() - began < 30


def test_an_exit_code_that_no_fault_explains_is_told_with_the_end_of_the_log(
    tmp_path: Path,
) -> None:
    with programs_in(tmp_path) as programs, structlog.testing.capture_logs() as told:
        assert programs.start("fine", [sys.executable, "-c", "raise SystemExit(34)"], {}).code() == 34
        assert programs.start("ill", [sys.executable, "-c", "raise SystemExit('why')"], {}).code() == 1
    assert [(one["program"], one["code"], one["log"]) for one in told] == [("ill", 1, "why\n")]


def test_a_programs_temporary_files_go_with_it(tmp_path: Path) -> None:
    writes = [
        sys.executable,
        "-c",
        "import tempfile; tempfile.mkdtemp(); print('said'); print('par', end='')",
    ]
    with programs_in(tmp_path) as programs:
        program = programs.start("a", writes, {})
        assert program.code() == 0
        assert len([*programs.work.iterdir()]) == 1
    assert program.lines() == ["said\n"]
    assert not programs.work.exists()


def test_the_guard_keeps_what_is_not_let_go() -> None:
    assert left_over(["+7\n", "+8\n", "-7\n", "+9\n"]) == {8, 9}


def test_a_proof_that_is_killed_leaves_no_program_not_even_a_stopped_one(tmp_path: Path) -> None:
    proving = (
        "import os, signal, sys, time; from pathlib import Path; from waybill_ops.prove.programs import programs_in\n"
        "with programs_in(Path(sys.argv[1])) as programs:\n"
        "    sleeper = programs.start('sleeper', ['sleep', '300'], os.environ)\n"
        "    sleeper.signal(signal.SIGSTOP)\n"
        "    print(sleeper.process.pid, flush=True)\n"
        "    time.sleep(300)\n"
    )
    path = os.pathsep.join(entry for entry in sys.path if entry)
    with subprocess.Popen(
        [sys.executable, "-c", proving, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        sleeper = int(process.stdout.readline())
        process.kill()
    wait_until(lambda: not runs(sleeper), "it still stands there")
