"""A verb declares exactly the settings that its code reads: these are its flags, and no others."""

from __future__ import annotations

import json
from collections.abc import Iterable
from types import SimpleNamespace
from typing import cast

import pytest
from unit.settings.reads import settings_read

from waybill_common.cli import settings_of
from waybill_common.kafka import ensure_topic, topic_names
from waybill_common.settings import Settings
from waybill_common.settings.setting_names import flag_of, is_secret, known, variable_of
from waybill_common.settings.uses import DELIVERING, uses
from waybill_console import console_command as console
from waybill_contracts import contract_command, init_verb, stream_command
from waybill_contracts.new_stream import make_new, new_verb
from waybill_contracts.registered_draft import draft_of_subject
from waybill_contracts.topic_sample import records_in_topic, sample_of_topic
from waybill_delivery import contract_publish
from waybill_delivery.plan_of_run import plan_of, plan_of_redriven
from waybill_local import deliver_command, local_run
from waybill_ops import contract_pull
from waybill_ops.cli import main
from waybill_ops.commands import (
    backfill,
    dags,
    dead_letters,
    init,
    lag,
    plan,
    prove,
    redrive,
    report,
    submit,
    verify,
)
from waybill_ops.dead_letters.export import export_dead_letters
from waybill_ops.dead_letters.finding import open_dead_letters
from waybill_ops.prove.fault_plan import ProofFault, make_plan
from waybill_ops.prove.rounds import child_variables
from waybill_ops.prove.scratch import Scratch
from waybill_producer import cli as producer_cli
from waybill_spark import cli as spark_cli
from waybill_spark.driver import streaming as spark_stream

_LETTERS = (settings_of, open_dead_letters)
_READING = settings_read(*_LETTERS, dead_letters._list, dead_letters._stated)
_APPLICATION = settings_read(spark_cli._deliver)

READ = {
    "init": settings_read(init.run) | {"stream.name"},  # which tells the folder with the topic
    "submit": _APPLICATION,
    "verify": settings_read(verify.run),
    "report": settings_read(report.run),
    "contract pull": settings_read(contract_pull.pull),
    "contract publish": settings_read(contract_publish.publish),
    "lag": settings_read(lag.run),
    "dead-letters list": _READING,
    "dead-letters show": settings_read(*_LETTERS, dead_letters._show),
    "dead-letters export": _READING | settings_read(export_dead_letters),
    "dead-letters waive": settings_read(*_LETTERS, dead_letters._waive),
    "redrive": settings_read(redrive.run),
    # Its audit is a process of its own, with the same settings.
    "console": settings_read(console.run, verify.run),
    # A stretch is one commit, of a topic that is there.
    "deliver": settings_read(deliver_command.run),
    "backfill": settings_read(
        spark_cli._deliver,
        deliver_command.deliver_range,
        without=(
            spark_stream.get_streaming_dataframe,
            local_run._follow,
            local_run._reach_the_end,
            ensure_topic,
        ),
    )
    - {"kafka.partitions", "delivery.trigger", "delivery.max_offsets_per_trigger", "stream.start"},
    # It is of a stream that begins at 0.
    "prove": (settings_read(prove.run) | _APPLICATION | settings_read(deliver_command.run))
    - {*prove.OWN, *prove.UNASKED, "stream.start"},
    # Its other verbs read documents and records, and ask nobody.
    "contract init": settings_read(init_verb.run, records_in_topic, draft_of_subject),
    # They read folders, and reach nobody.
    **{
        f"stream {verb}": settings_read(settings_of, stream_command._show)
        for verb in ("list", "show", "test")
    },
    "stream new": settings_read(make_new, sample_of_topic, topic_names),
    "plan": settings_read(plan.run, plan_of, plan_of_redriven),
    # They lie at dags.url, which is reached as the lake is.
    **{
        f"dags {action}": settings_read(dags.run) - {"lake.url"} for action in ("publish", "list", "rollback")
    },
}
DECLARED = {
    "init": init.SETTINGS,
    "submit": submit.SETTINGS,
    "verify": verify.SETTINGS,
    "report": report.SETTINGS,
    **{f"contract {verb}": names for verb, names in contract_command.SETTINGS.items()},
    "lag": lag.SETTINGS,
    **{f"dead-letters {action}": names for action, names in dead_letters.SETTINGS.items()},
    "redrive": redrive.SETTINGS,
    "console": console.SETTINGS,
    "deliver": deliver_command.SETTINGS,
    "backfill": backfill.SETTINGS,
    "prove": prove.SETTINGS,
    "contract init": init_verb.SETTINGS,
    **{f"stream {verb}": stream_command.SETTINGS for verb in ("list", "show", "test")},
    "stream new": new_verb.SETTINGS,
    "plan": plan.SETTINGS,
    **{f"dags {action}": dags.SETTINGS for action in ("publish", "list", "rollback")},
}
CREATION = ("kafka.create_topics", "kafka.partitions", "kafka.replication_factor")
IDLE = {
    **dict.fromkeys(
        ("verify", "lag", *(f"dead-letters {one}" for one in ("list", "show", "export"))), CREATION
    ),
    "dead-letters waive": ("kafka.partitions",),
    "prove": ("kafka.create_topics",),
    **{f"dags {action}": ("lake.url",) for action in ("publish", "list", "rollback")},
}
"""What 0.1.0 took and never used, by its sections."""

NEEDED = {
    "dead-letters show": ["0:1"],
    "dead-letters export": ["letters.jsonl"],
    "dead-letters waive": ["--undo"],
    "contract pull": ["x.json"],
    "contract publish": ["x.json"],
    "prove": [],
    "dags publish": ["x.zip"],
}


def flags(names: Iterable[str]) -> set[str]:
    return {flag_of(name) for name in names if not is_secret(known()[name])}


def shown(words: str, capsys: pytest.CaptureFixture[str]) -> set[str]:
    """The flags of settings in a verb's help."""
    assert main([*words.split(), "--help"]) == 0
    told = capsys.readouterr().out.split("\nsettings:\n")[1]
    return {word for word in told.split() if word.startswith("--") and "." in word}


@pytest.mark.parametrize("verb", READ)
def test_a_verb_declares_each_setting_that_it_reads_and_no_other(verb: str) -> None:
    assert set(DECLARED[verb]) == READ[verb]


@pytest.mark.parametrize("verb", READ)
def test_its_help_shows_these_flags_and_no_others(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(verb, capsys) == flags(DECLARED[verb])


@pytest.mark.parametrize("verb", READ)
def test_each_verb_of_a_stream_is_told_which(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*verb.split(), "--help"]) == 0
    told = capsys.readouterr().out
    of_a_stream = any(name.startswith("stream.") for name in DECLARED[verb])
    assert ("--stream NAME" in told) == (of_a_stream or verb == "contract init")
    assert ("--streams DIR" in told) == (of_a_stream or verb.startswith("stream "))


def test_each_verb_has_its_row(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    told = capsys.readouterr().out
    assert {verb.split()[0] for verb in READ} == {
        line.split()[0] for line in told.splitlines() if line.startswith("    ") and line[4] != " "
    }


def test_the_applications_settings_are_those_that_submit_passes_on() -> None:
    assert set(DELIVERING) == _APPLICATION


def test_the_producer_declares_what_it_reads() -> None:
    read = settings_read(producer_cli._run, producer_cli._ways, settings_of)
    assert set(producer_cli.SETTINGS) == read


def test_each_setting_is_read_by_some_program() -> None:
    read = settings_read(producer_cli._run, producer_cli._ways).union(*READ.values())
    assert set(known()) - read == set()


def test_what_a_proof_chooses_itself_are_its_childrens_variables() -> None:
    scratch = cast("Scratch", SimpleNamespace(name="x", settings=Settings()))
    told = child_variables(make_plan(1, (ProofFault.KILL_DRIVER,), 1, 1000), scratch)
    assert set(told) - {"WAYBILL_LAKE__URL"} == {variable_of(name) for name in prove.OWN}


@pytest.mark.parametrize("verb", IDLE)
def test_flags_that_did_nothing_are_taken_whatever_they_say(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The one that is used is refused, so that nothing begins."""
    idle = [f"{flag_of(name)}=anything" for name in sorted(IDLE[verb])]
    assert main([*verb.split(), *NEEDED.get(verb, ()), *idle, "--log.level=loud"]) == 2
    out, err = capsys.readouterr()
    assert "log.level = 'loud'" in err
    assert "anything" not in err
    assert out == ""


def test_a_flag_that_does_nothing_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--kafka.partitions=9", "--lake.url=/no/such/lake"]) == 31
    [line] = [json.loads(line) for line in capsys.readouterr().err.splitlines() if "does_nothing" in line]
    assert (line["flag"], line["level"]) == ("--kafka.partitions", "warning")


def test_a_section_stands_for_its_fields_and_names_have_the_trees_order() -> None:
    assert uses("log", "stream.topic") == ("stream.topic", "log.level", "log.format")
    assert uses("log", without=("log.format",)) == ("log.level",)
    with pytest.raises(ValueError, match=r"log\.colour"):
        uses("log", "log.colour")
