"""``waybill contract publish`` of a stream with a contract.py: where it is refused, nothing is written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from unit.delivery.sales_stream import HEAD, NOTE, Stream
from unit.delivery.sales_stream import stream as stream
from unit.delivery.sales_stream import unmade as unmade
from unit.ledger.entries import manifest3

import waybill_ops.cli
from waybill_common.ledger.manifest import ContractRef3


def test_tightening_wants_a_dataset_that_has_begun(unmade: Stream) -> None:
    assert unmade.publish("--tighten") == 31
    assert not unmade.file.exists()


@pytest.mark.parametrize(
    ("more", "source", "words"),
    [
        ((), HEAD.replace("id: str", "id: int"), "id: string to long"),
        ((), HEAD.replace("    id: str\n", ""), "id"),
        ((), HEAD + "    note: str\n", "note: a required field was added"),
        ((), HEAD.replace("id: str", "id: Annotated[str, Field(max_length=3)]"), "maxLength lets less through"),
        (("--tighten",), HEAD + "    note: str\n", "note: a required field was added"),
    ],
    ids=["type", "gone", "required", "narrower", "tightened"],
)  # fmt: skip
def test_where_the_comparison_refuses_it_nothing_is_written(
    more: tuple[str, ...], source: str, words: str, stream: Stream, capsys: pytest.CaptureFixture[str]
) -> None:
    stream.says(source)
    before = stream.everything()
    assert stream.publish(*more) == 27
    assert words in capsys.readouterr().err
    assert stream.everything() == before


def test_with_a_commit_open_tightening_writes_no_contract(stream: Stream) -> None:
    at = stream.dataset.at()
    first = stream.document
    bound = ContractRef3(version=1, fingerprint=f"sha256:{first.sha256}", document=first.sha256)
    layout = stream.dataset.journal.manifest(1).layout
    moved: dict[str, Any] = {"before": {0: 0}, "after": {0: 0}, "splits": (), "stream": "sales"}
    stream.dataset.journal.open(
        at,
        manifest3(
            number=2, previous_receipt=at.receipt_sha256, contract=bound, layout=layout, topic="shop.sales",
            writer="f" * 32, **moved,
        ),
    )  # fmt: skip
    stream.says(HEAD.replace("id: str", "id: Annotated[str, Field(max_length=3)]"))
    before = stream.everything()
    assert stream.publish("--tighten") == 27
    assert stream.everything() == before


def test_a_dataset_that_is_ahead_is_not_followed_by_an_older_folder(
    stream: Stream, capsys: pytest.CaptureFixture[str]
) -> None:
    older = stream.file.read_bytes()
    stream.says(HEAD.replace("id: str", "id: Annotated[str, Field(max_length=3)]"))
    assert stream.publish("--tighten") == 0
    stream.file.write_bytes(older)
    stream.says(HEAD + NOTE)
    assert stream.publish() == 27
    assert "commit 2 is of version 2, this run has 1" in capsys.readouterr().err
    assert stream.file.read_bytes() == older


def test_a_contract_that_is_gone_is_to_be_pulled_first(
    stream: Stream, capsys: pytest.CaptureFixture[str]
) -> None:
    text = stream.file.read_bytes()
    stream.file.unlink()
    assert stream.publish() == 27
    assert f"`waybill contract pull {stream.file}`" in capsys.readouterr().err
    assert not stream.file.exists()
    lake = f"--lake.url={stream.dataset.folder / 'lake'}"
    words = ["contract", "pull", str(stream.file), "--stream=sales", f"--streams={stream.streams}", lake]
    assert waybill_ops.cli.main(words) == 0
    assert stream.file.read_bytes() == text
    assert stream.publish() == 0


def test_where_that_one_refuses_it_nothing_is_written_either(
    stream: Stream, capsys: pytest.CaptureFixture[str]
) -> None:
    first = stream.file.read_bytes()
    stream.edit(version=3)
    stream.begin("sales_redriven", "sales.redriven")
    stream.file.write_bytes(first)
    stream.says(HEAD + NOTE)
    before = stream.everything()
    assert stream.publish() == 27
    assert "commit 1 is of version 3" in capsys.readouterr().err
    assert stream.everything() == before


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import sys\nprint('noise')\nsys.exit(0)\n", "line 3: it ends the program"),
        ("import nowhere_to_be_found\n", "No module named"),
        ("", "defines no model"),
        (HEAD + "    f: type(lambda: 1)\n", "line 7: PydanticSchemaGenerationError: "),
        (
            HEAD + "    f: int | str\n",
            "at /properties/f: it has several types, and a contract has no such type",
        ),
        (HEAD.replace("decimal_places=2", "gt=0"), "at /properties/total: it has several types"),
        (HEAD + "    f: tuple[int, str]\n", "at /properties/f: its items are not of one described type"),
        (HEAD + "    f: 'list[Sale]'\n", "it contains itself"),
        (HEAD.replace("sold_at", "at"), "make no contract of language 1: at /partition_by/0: "),
    ],
    ids=["exits", "imports", "no model", "no type", "two", "no places", "pair", "endless", "time is gone"],
)
def test_a_model_that_can_not_be_taken_changes_nothing(
    source: str, words: str, stream: Stream, capsys: pytest.CaptureFixture[str]
) -> None:
    stream.says(source)
    before = stream.everything()
    assert stream.publish() == 2
    told = capsys.readouterr()
    assert words in told.err
    assert "Traceback" not in told.err
    assert told.out == ""
    assert stream.everything() == before


def test_it_is_not_run_from_a_folder_that_others_can_write_to(
    stream: Stream, capsys: pytest.CaptureFixture[str]
) -> None:
    stream.says("raise SystemExit")
    (stream.folder / "contract.py").chmod(0o666)
    assert stream.publish() == 2
    told = capsys.readouterr().err
    assert "contract.py can be written by everybody" in told
    assert "sys.exit" not in told


@pytest.mark.parametrize(("raised", "code"), [(KeyboardInterrupt, 130), (PermissionError, 2)])
def test_contract_json_is_whole_whatever_ends_its_writing(
    raised: type[BaseException], code: int, stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(_part: Path, _target: Path) -> None:
        raise raised

    stream.says(HEAD + NOTE)
    before = stream.everything()
    (stream.folder / f".contract.json.{os.getpid()}").write_text("left by one that was killed")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", ended)
        assert stream.publish() == code
    assert stream.everything() == before
    assert stream.publish() == 0
    assert stream.document.version == 2
