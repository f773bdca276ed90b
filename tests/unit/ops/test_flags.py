"""Flags that are no settings: each has its bounds and tells them, and stdout stays empty."""

from __future__ import annotations

from argparse import Action, ArgumentParser, ArgumentTypeError, _SubParsersAction
from collections.abc import Iterator

import pytest

from waybill_ops.cli import main, make_parser
from waybill_ops.later import CommandParser

HOSTILE = (
    "",
    " ",
    "-1",
    "nan",
    "inf",
    "1e999",
    "٣",
    "9" * 19,
    "9" * 5000,
    "0:" + "9" * 19,
    "9999999999:0",
    "1-" + "9" * 19,
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "1969-12-31",
    "\ud800",
)
FREE = {
    "--also-into", "--note", "--to of rollback", "--send", "--stream", "--streams", "name of show", "name of test",
}  # fmt: skip
"""May be any text; what ``prove`` tells its children is between them, and what is looked up among streams' folders."""


def values(parser: ArgumentParser, verb: str = "") -> Iterator[tuple[str, Action]]:
    """Every flag and word of every verb that takes a value and is no setting."""
    for action in parser._actions:
        name = action.option_strings[0] if action.option_strings else action.dest
        if isinstance(action, _SubParsersAction):
            for inner, one in action.choices.items():
                if isinstance(one, CommandParser) and one.fill:
                    one.fill(one)
                yield from values(one, f"{verb} {inner}".strip())
        elif action.nargs is None and "." not in name and name != "--config":
            yield f"{name} of {verb.split()[-1]}", action


@pytest.mark.parametrize(("name", "action"), [pytest.param(*one, id=one[0]) for one in values(make_parser())])
def test_a_flags_value_is_checked_and_nothing_is_raised_but_its_complaint(name: str, action: Action) -> None:
    if action.type is None:
        assert name in FREE or name.split()[0] in FREE or action.choices
        return
    refused = 0
    for text in HOSTILE if name.split()[0] not in FREE else ():
        try:
            assert callable(action.type)
            action.type(text)
        except ArgumentTypeError as error:
            refused += 1
            assert "; allowed: " in str(error)
            assert len(str(error)) < 300
        except ValueError:
            assert action.choices  # argparse lists them
            refused += 1
    assert refused or name.split()[0] in FREE


@pytest.mark.parametrize(
    ("words", "allowed"),
    [
        (["dead-letters", "list", "--limit=-5"], "a whole number from 1 to 100,000."),
        (["dead-letters", "list", "--limit", "-5"], "a whole number from 1 to 100,000."),
        (["redrive", "--limit=0"], "a whole number from 1 to 100,000."),
        (["report", "--last=0"], "a whole number from 1 to"),
        (["lag", "--max-retention-used=nan"], "a number from 0 to 10."),
        (["dead-letters", "list", "--from=0001-01-01T00:00:00+23:59"], "a time from 1970 to 9999"),
        (["dead-letters", "waive", "--reason-text=", "--partition=1"], "a text that is not empty."),
        (["dead-letters", "show", "0:99999999999999999999"], "PARTITION:OFFSET, such as 0:117."),
        (["report", "--by="], "a text that is not empty."),
        (["redrive", "--patch="], "a path."),
        (["submit", "--bundle="], "a path."),
        (["submit", "--bundle=x", "--spark-home="], "a text that is not empty."),
        (["backfill", "--bundle=x", "--from=1969-01-01", "--to=0:1"], "offsets such as 0:100,1:50, each partition"),
        (["prove", "--bundle=x", "--rounds=1001"], "a whole number from 1 to 1,000."),
        (["dags", "publish", ""], "a path."),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)  # fmt: skip
def test_a_value_out_of_bounds_is_refused_with_what_is_allowed(
    words: list[str], allowed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert f"\n  allowed: {allowed}" in err
    assert "--help` shows every flag.\n" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["verify", "--compleet"], "waybill verify: unknown: --compleet (did you mean --complete?)."),
        (["report", "--objcts", "--jsn"], "unknown: --objcts (did you mean --objects?), --jsn (did you mean --json?)."),
        (["report", "--obj"], "unknown: --obj (did you mean --objects?)."),
        (["verify", "now"], "unknown: now."),
        (["verify", "--password", "hush", "--token=hush"], "unknown: --password"),
        (["verify", "--password=a hush", "--kafka.password=a hush"], "unknown: --password"),
        (["dead-letters", "show", "--kafka.password=hush hush"], "required: PARTITION:OFFSET"),
        (["dead-letters", "list", "--limt=3"], "waybill dead-letters list: unknown: --limt (did you mean --limit?)."),
        (["verfy"], "invalid choice: 'verfy'"),
        (["report", "--config"], "waybill report: argument --config: expected one argument."),
        (["submit"], "waybill submit: the following arguments are required: --bundle."),
        (["verify", "--producer.pages=3"], "no flag of this command, which does not use producer.pages."),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)  # fmt: skip
def test_flags_that_are_none_are_refused_by_name(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert "hush" not in err


def test_a_keys_secret_in_a_conf_that_is_no_pair_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["submit", "--bundle=x", "--conf", "spark.hadoop.fs.s3a.secret.key hush"]) == 2
    err = capsys.readouterr().err
    assert "spark.hadoop.fs.s3a.secret.key" in err
    assert "hush" not in err
