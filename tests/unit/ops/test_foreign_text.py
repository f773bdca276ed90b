"""No verb shows a text of others so that a terminal obeys it, or so that it looks like a line of a log."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn
from unittest.mock import Mock

import pytest
from hostile import ALL, Pipe, Terminal, obeyed
from unit.ops.letters import TOPIC, letter, status, value
from unit.zips import ONE

from waybill_common.errors import LakeRefused
from waybill_ops.audit.audit_report import AuditReport, Totals
from waybill_ops.audit.findings import Code, Finding, tally
from waybill_ops.audit.redrives import AuditedDeadLetters
from waybill_ops.cli import main
from waybill_ops.commands import dead_letters, init, lag, redrive, report, submit, verify
from waybill_ops.lag.lag_bounds import Lag, PartitionLag, Retention
from waybill_ops.provision.part import PartState, ProvisionedPart

Patch = pytest.MonkeyPatch
Verb = Callable[[Path, Patch], list[str]]

UTF8 = ALL.encode(errors="replace")
LETTER = letter(reason=ALL, detail=ALL, key=UTF8, headers=((UTF8, b"x"),))


def listed(_: Path, patch: Patch) -> list[str]:
    box = Mock(topics={TOPIC: "id"}, dead_letters=lambda _: iter([LETTER]))
    patch.setattr(dead_letters, "open_dead_letters", lambda *_: box)
    patch.setattr(dead_letters, "read_statuses", lambda *_: {LETTER.coordinates: status(LETTER.coordinates)})
    return ["dead-letters", "list"]


def shown(folder: Path, patch: Patch) -> list[str]:
    listed(folder, patch)
    return ["dead-letters", "show", "0:0"]


def not_there(_: Path, patch: Patch) -> list[str]:
    box = Mock(topics={TOPIC: "id"}, dead_letters=lambda _: iter(()), **{"lake.address": ALL})
    patch.setattr(dead_letters, "open_dead_letters", lambda *_: box)
    return ["dead-letters", "show", "0:0"]


def redriven(_: Path, patch: Patch) -> list[str]:
    broken = letter(1, value=value(**{ALL: 1}), reason=ALL)
    patch.setattr(
        redrive,
        "open_dead_letters",
        lambda *_: Mock(topics={TOPIC: "id"}, dead_letters=lambda _: iter([LETTER, broken])),
    )
    patch.setattr(redrive, "read_statuses", lambda *_, **__: {})
    return ["redrive"]


def reported(folder: Path, patch: Patch) -> list[str]:
    """Reasons, objects and values are read from the lake, which others may write to."""
    stored = Mock(commit=1, entry=Mock(key=ALL, rows=1, bytes=2, sha256=ALL))
    summary = Mock(lines=(), reasons={ALL: 3}, frontier={0: 1}, objects=[stored])
    summary.total = lambda _: 1
    patch.setattr(report, "open_journal", lambda *_: Mock(**{"lake.address": ALL}))
    patch.setattr(report, "position_of", lambda *_: Mock(number=1, topic=ALL, topic_id=ALL, open=None))
    patch.setattr(report, "numbers", lambda *_: range(1, 2))
    patch.setattr(report, "read_receipts", lambda *_: ())
    patch.setattr(report, "summarise", lambda *_, **__: summary)
    patch.setattr(report, "begun_position", lambda *_: None)
    patch.setattr(report, "rows_by", lambda *_: {ALL: 5, "b": 1})
    return ["report", "--objects", f"--by={UTF8.decode()}"]


def behind(_: Path, patch: Patch) -> list[str]:
    found = Lag((PartitionLag(0, 0, 0, 10, 0),), Retention(1, 1), 0)
    patch.setattr(lag, "measure_lag", lambda *_, **__: found)
    patch.setattr(lag, "is_hidden", lambda *_: True)
    patch.setattr(lag, "begun_position", lambda *_: None)
    patch.setattr(lag, "position_of", lambda *_: Mock(number=1, format=3, is_old=False))
    patch.setattr(lag, "open_journal", lambda *_: Mock(**{"lake.address": ALL, "origin.return_value": {}}))
    return ["lag"]


def audited(_: Path, patch: Patch) -> list[str]:
    found = AuditReport(
        lake=ALL, stream="names", topic="t", topic_id=ALL, complete=True, totals=Totals(1, 1, 1, 1, 1, 1, 1),
        dead_letters=AuditedDeadLetters(0, 0, 0, ()), origin={}, frontier={}, log_start={},
        in_flight_offsets={}, in_flight_objects=0, judged_by_receipts={},
        tallies=tally([Finding(Code.OBJECT_ORPHANED, ALL, ALL)], show=1),
    )  # fmt: skip
    patch.setattr(verify, "audit", lambda *_, **__: found)
    patch.setattr(verify, "audit_redriven", lambda *_, **__: None)
    return ["verify"]


def made(_: Path, patch: Patch) -> list[str]:
    part = ProvisionedPart("topic", ALL, PartState.CREATED, ALL)
    patch.setattr(init, "provide_lake", lambda _: part)
    patch.setattr(init, "provide_topics", lambda *_: [part])
    return ["init"]


def published(folder: Path, _: Patch) -> list[str]:
    (folder / "dags.zip").write_bytes(ONE)
    return [
        "dags",
        "publish",
        str(folder / "dags.zip"),
        f"--note={ALL.replace(chr(0xD800) + chr(0xDFFF), '')}",
    ]


def deployed(folder: Path, patch: Patch) -> list[str]:
    assert main([*published(folder, patch), f"--dags.url={folder}/dags"]) == 0
    return ["dags", "list"]


def printed(_: Path, patch: Patch) -> list[str]:
    ready = Mock(environment={}, submission=lambda *_, **__: None)
    patch.setattr(submit, "make_ready", lambda *_: ready)
    patch.setattr(submit, "submit_command", lambda _: ("spark-submit", ALL, "x" * 9000))
    return ["submit", "--print", "--bundle=spark_app.zip"]


def refused(_: Path, patch: Patch) -> list[str]:
    def fails(*_: object) -> NoReturn:
        raise LakeRefused(f"The store said {ALL}", allowed=ALL, remedy=ALL)

    patch.setattr(init, "provide_lake", fails)
    return ["init"]


def crashed(_: Path, patch: Patch) -> list[str]:
    def fails(*_: object) -> NoReturn:
        raise KeyError(ALL) from ValueError(ALL)

    patch.setattr(init, "provide_lake", fails)
    return ["init"]


def mistyped(*_: object) -> list[str]:
    return ["lag", ALL, f"--{ALL}"]


def misset(*_: object) -> list[str]:
    return ["lag", f"--lake.url={ALL}", f"--kafka.timeout={ALL}"]


def warned(_: Path, patch: Patch) -> list[str]:
    """A library or a patch of the operator's prints by itself."""

    def prints(*_: object) -> ProvisionedPart:
        print(ALL)
        print(ALL, file=sys.stderr)
        return ProvisionedPart("topic", "t", PartState.CREATED)

    patch.setattr(init, "provide_lake", prints)
    patch.setattr(init, "provide_topics", lambda *_: [])
    return ["init"]


VERBS: dict[str, tuple[Verb, int]] = {
    "dead-letters list": (listed, 0),
    "dead-letters show": (shown, 0),
    "dead-letters show, none": (not_there, 61),
    "redrive": (redriven, 0),
    "report": (reported, 0),
    "lag": (behind, 0),
    "verify": (audited, 40),
    "init": (made, 0),
    "dags publish": (published, 0),
    "dags list": (deployed, 0),
    "submit --print": (printed, 0),
    "an error of a server": (refused, 31),
    "a bug": (crashed, 1),
    "unknown words": (mistyped, 2),
    "settings": (misset, 2),
    "what others print": (warned, 0),
}
NO_LAKE = {"settings", "unknown words"}


@pytest.fixture
def out_of(tmp_path: Path, monkeypatch: Patch) -> Iterator[Callable[..., tuple[int, str, str]]]:
    def run(verb: Verb, stream: type[Terminal | Pipe], *more: str) -> tuple[int, str, str]:
        words = verb(tmp_path, monkeypatch)
        place = "dags" if words[0] == "dags" else "lake"
        if verb not in (mistyped, misset):
            words = [*words, f"--{place}.url={tmp_path}/{place}"]
        out, err = stream(), stream()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            patch.setenv("TERM", "xterm-256color")
            patch.setenv("COLUMNS", "4000")
            code = main([*words, *more])
        return code, out.getvalue(), err.getvalue()

    yield run


@pytest.mark.parametrize("stream", [Terminal, Pipe])
@pytest.mark.parametrize("verb", VERBS)
def test_no_verb_shows_what_a_terminal_obeys(
    verb: str, stream: type[Terminal | Pipe], out_of: Callable[..., tuple[int, str, str]]
) -> None:
    run, code = VERBS[verb]
    found, out, err = out_of(run, stream)
    assert found == code, err
    # On stdout are no logs: what an operator's patch prints there keeps its lines.
    assert obeyed(out.replace("\n", " ") if run is warned else out) == []
    assert obeyed(err) == []
    assert r"esc\x1b[2J" in out + err or r"esc\u001b[2J" in out or verb in NO_LAKE  # shown, not left out
    assert "markup[/bold][link=http" in out + err or verb in NO_LAKE


JSON: dict[str, tuple[Verb, Callable[[Any], object]]] = {
    "dead-letters list": (listed, lambda told: told["letters"][0]["reason"]),
    "redrive": (redriven, lambda told: told["shown"][0]["detail"]),
    "verify": (audited, lambda told: told["findings"][0]["where"]),
    "init": (made, lambda told: told["parts"][0]["name"]),
    "lag": (behind, lambda told: told["lake"]),
}


@pytest.mark.parametrize("stream", [Terminal, Pipe])
@pytest.mark.parametrize("verb", JSON)
def test_json_gives_each_value_back_exactly(
    verb: str, stream: type[Terminal | Pipe], out_of: Callable[..., tuple[int, str, str]]
) -> None:
    run, value_of = JSON[verb]
    _, out, _ = out_of(run, stream, "--json")
    assert obeyed(out) == []
    assert value_of(json.loads(out)) == ALL


def test_a_command_to_be_run_by_hand_is_whole(out_of: Callable[..., tuple[int, str, str]]) -> None:
    _, out, _ = out_of(printed, Pipe)
    assert "x" * 9000 in out


def test_what_is_too_long_to_read_is_counted(
    tmp_path: Path, monkeypatch: Patch, capsys: pytest.CaptureFixture[str]
) -> None:
    part = ProvisionedPart("topic", "x" * 1_000_000, PartState.CREATED)
    monkeypatch.setattr(init, "provide_lake", lambda _: part)
    monkeypatch.setattr(init, "provide_topics", lambda *_: [])
    assert main(["init", f"--lake.url={tmp_path}"]) == 0
    out = capsys.readouterr().out
    assert len(out) < 5_000
    assert " more characters)" in out
