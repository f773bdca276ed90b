"""Verbs that only ask, of several streams: each is told, and the exit code is that of the whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from waybill_common.errors import DataLoss, KafkaUnavailable, LagExceeded, SettingsRefused, WaybillError
from waybill_common.screen import on_stdout
from waybill_common.settings import Settings
from waybill_ops.answers import StreamAnswer, with_sibling
from waybill_ops.cli import main
from waybill_ops.commands import lag, report, verify

STREAMS = ("a", "b", "c")
LATE = LagExceeded("It is late.", allowed="less.", remedy="deliver.")
NO_BROKER = KafkaUnavailable("No broker.", allowed="one.", remedy="start it.")
LOST = DataLoss("Offsets are gone.", allowed="none.", remedy="find out.")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in STREAMS:
        made = tmp_path / "streams" / name
        made.mkdir(parents=True)
        (made / "stream.toml").write_text(f'topic = "{name}_topic"\n')
    return tmp_path / "streams"


@pytest.fixture
def outcomes(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Exception | None]]:
    """What a stream's answer is to be: an error that it is told with, or one in its place."""
    made: dict[str, Exception | None] = {}

    def answer(settings: Settings, *_: Any, **__: Any) -> StreamAnswer:
        name = settings.stream.name
        error = made.get(name)
        if error is not None and not isinstance(error, LagExceeded):
            raise error
        return StreamAnswer(lambda: {"of": name}, lambda screen: screen.line(f"all of {name}"), error)

    monkeypatch.setattr(lag, "lag_of", answer)
    monkeypatch.setattr(report, "report_of", answer)
    monkeypatch.setattr(verify, "audit_of", answer)
    yield made


@pytest.mark.parametrize("verb", ["lag", "report", "verify"])
def test_each_stream_is_told_and_the_smallest_code_that_passes_counts(
    verb: str, folder: Path, outcomes: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    outcomes |= {"a": LATE, "b": NO_BROKER}
    assert main([verb, "--all", f"--streams={folder}", "--json"]) == 20
    told = json.loads(capsys.readouterr().out)
    assert told["exit_code"] == 20
    assert told["streams"] == {
        "a": {"exit_code": 41, "error": "LagExceeded", "found": "It is late.", "of": "a"},
        "b": {"exit_code": 20, "error": "KafkaUnavailable", "found": "No broker."},
        "c": {"exit_code": 0, "error": None, "found": None, "of": "c"},
    }


@pytest.mark.parametrize(
    ("errors", "code"),
    [({}, 0), ({"a": LATE, "c": LOST}, 33), ({"a": NO_BROKER, "b": ValueError("of ours")}, 1)],
    ids=["well", "terminal ones", "a bug"],
)
def test_people_are_told_of_each_with_a_line_at_the_end(
    errors: dict[str, Exception],
    code: int,
    folder: Path,
    outcomes: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    outcomes |= errors
    assert main(["lag", "--stream=[ab]", "--stream=c", f"--streams={folder}"]) == code
    out, err = capsys.readouterr()
    ends = {
        line[0]: line[2] for line in map(str.split, out.splitlines()) if len(line) > 2 and line[0] in STREAMS
    }
    for name in STREAMS:
        error = errors.get(name)
        assert (f"all of {name}" in out) is (error is None or error is LATE)
        match error:
            case None:
                assert ends[name] == "ok"
            case WaybillError():
                assert ends[name] == type(error).__name__
                assert f"stream {name}: {error.found}" in err
            case _:
                assert ends[name] == "bug"
                assert "ValueError: of ours" in err


def test_a_folder_with_something_wrong_in_it_ends_its_own_stream_alone(
    folder: Path, outcomes: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    del outcomes
    (folder / "b" / "stream.toml").write_text("topic = ")
    assert main(["report", "--all", f"--streams={folder}", "--json"]) == SettingsRefused.exit_code
    told = json.loads(capsys.readouterr().out)["streams"]
    assert {name: one["exit_code"] for name, one in told.items()} == {"a": 0, "b": 2, "c": 0}


@pytest.mark.parametrize(
    ("flags", "why"),
    [
        (["--stream=x"], "There is no folder of a stream 'x'"),
        (["--stream=x*"], "No stream matches 'x*'"),
        (["--all", "--stream=a"], "--all and --stream were given"),
        (["--shard=1/2"], "without --all"),
        (["--all", "--shard=3/2"], "allowed: a part"),
        (["--all", "--stream.topic=t"], "--stream.topic was given for several streams"),
    ],
    ids=["unknown", "a glob of none", "both", "a part of nothing", "no part", "one's topic"],
)
def test_what_can_be_no_selection_is_refused(
    flags: list[str], why: str, folder: Path, outcomes: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    del outcomes
    assert main(["report", f"--streams={folder}", *flags]) == SettingsRefused.exit_code
    assert why in capsys.readouterr().err


@pytest.mark.parametrize("flags", [["--stream=a"], ["--stream.name=a"]], ids=["--stream", "--stream.name"])
def test_one_stream_by_its_name_is_answered_for_as_ever(
    flags: list[str], folder: Path, outcomes: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    outcomes["a"] = LATE
    assert main(["lag", *flags, f"--streams={folder}", "--json"]) == 41
    assert json.loads(capsys.readouterr().out) == {"of": "a"}


def test_the_parts_are_all_streams_each_once(
    folder: Path, outcomes: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    del outcomes
    found = []
    for part in ("1/3", "2/3", "3/3"):
        assert main(["report", "--all", f"--shard={part}", f"--streams={folder}", "--json"]) == 0
        found += [*json.loads(capsys.readouterr().out)["streams"]]
    assert sorted(found) == [*STREAMS]


def answered(failure: WaybillError | None = None) -> StreamAnswer:
    return StreamAnswer(lambda: {"of": "it"}, lambda screen: screen.line("all of it"), failure)


@pytest.mark.parametrize(
    ("own", "sibling", "counts"),
    [
        (None, None, None), (LATE, None, LATE), (None, LATE, LATE), (LATE, LOST, LOST), (LOST, LATE, LOST),
        (LOST, NO_BROKER, NO_BROKER), (NO_BROKER, LOST, NO_BROKER),
    ],
    ids=["well", "its own", "the sibling's", "both", "both, the other way", "one that passes", "its own passes"],
)  # fmt: skip
def test_of_a_stream_and_its_sibling_the_exit_code_is_as_for_two_streams(
    own: WaybillError | None,
    sibling: WaybillError | None,
    counts: WaybillError | None,
    capsys: pytest.CaptureFixture[str],
) -> None:
    whole = with_sibling(answered(own), "a_redriven", lambda: answered(sibling))
    assert whole.failure is counts
    assert whole.said() == {"of": "it", "redriven": {"of": "it"}}
    whole.show(on_stdout(piped_width=240))
    told = capsys.readouterr().out
    assert told.count("all of it") == 2
    assert "a_redriven" in told
    assert sibling is None or sibling.found in told


def test_a_sibling_that_cannot_be_asked_leaves_the_streams_own_answer_as_it_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refuses() -> StreamAnswer:
        raise LOST

    whole = with_sibling(answered(), "a_redriven", refuses)
    assert whole.failure is LOST
    assert whole.said()["redriven"] == {"exit_code": 33, "error": "DataLoss", "found": "Offsets are gone."}
    whole.show(on_stdout(piped_width=240))
    told = capsys.readouterr().out
    assert (told.count("all of it"), "DataLoss: Offsets are gone." in told) == (1, True)


def test_where_there_is_no_sibling_the_answer_is_the_streams_own() -> None:
    own = answered(LATE)
    assert with_sibling(own, "a_redriven", lambda: None) is own
