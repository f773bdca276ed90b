"""``waybill contract publish`` of a stream with a contract.py: contract.json is made of it, compared, and published."""

from __future__ import annotations

from pathlib import Path

import pytest
from unit.delivery.published import Dataset
from unit.delivery.sales_stream import HEAD, NOTE, Stream
from unit.delivery.sales_stream import stream as stream
from unit.delivery.sales_stream import unmade as unmade

import waybill_ops.cli
from waybill_contracts.document import parse_document
from waybill_streams.names import NAMES


def test_a_first_document_is_made_before_the_first_run(
    unmade: Stream, capsys: pytest.CaptureFixture[str]
) -> None:
    assert unmade.publish() == 0
    found = unmade.document
    assert [(one.id, one.name, one.required) for one in found.root.fields] == [
        (1, "id", True),
        (2, "sold_at", True),
        (3, "total", True),
    ]
    assert (found.stream, found.version, found.time, found.extra) == ("sales", 1, "sold_at", "keep")
    told = capsys.readouterr()
    assert told.out.startswith(f"sha256:{found.sha256}: version 1 of sales is in its folder. ")
    assert "has no commit yet: the first run with this document begins it" in told.out
    assert (
        "contract.json is new: version 1, 3 columns, `time` is sold_at, folders by day(sold_at)." in told.err
    )
    assert not (unmade.dataset.folder / "lake").exists()
    before = unmade.everything()
    assert unmade.publish() == 0
    assert unmade.everything() == before
    assert capsys.readouterr().err == ""


def test_what_is_published_already_is_left_alone(stream: Stream, capsys: pytest.CaptureFixture[str]) -> None:
    before = stream.everything()
    assert stream.publish() == 0
    told = capsys.readouterr()
    assert "is the dataset's contract already, by commit 1" in told.out
    assert told.err == ""
    assert stream.everything() == before


def test_a_field_more_is_the_next_version_written_and_published(
    stream: Stream, capsys: pytest.CaptureFixture[str]
) -> None:
    stream.says(HEAD + NOTE)
    assert stream.publish() == 0
    told = capsys.readouterr()
    assert "version 2 of sales stands in" in told.out
    assert "until a run with this document begins a commit" in told.out
    assert told.err == (
        f"{stream.file} is written, version 1 to 2:\n  - note is new: string, optional, with the id 4\n"
    )
    assert stream.document.version == 2
    assert stream.is_stored(stream.document)
    # Until a run has begun a commit with it, it is still the version that is being written.
    before = stream.everything()
    assert stream.publish() == 0
    assert stream.everything() == before
    stream.says(HEAD + NOTE + NOTE.replace("note", "more"))
    assert stream.publish() == 0
    assert (stream.document.version, stream.document.columns["more"].id) == (2, 5)


def test_what_no_model_says_stays_and_its_change_is_a_version_too(stream: Stream) -> None:
    stream.edit(id=["id"], headers=True)
    assert stream.publish() == 0
    found = stream.document
    assert (found.version, found.id, found.headers) == (2, ("id",), True)


def test_a_higher_version_that_is_said_stays(stream: Stream) -> None:
    stream.edit(version=7)
    stream.says(HEAD + NOTE)
    assert stream.publish() == 0
    assert stream.document.version == 7


def test_narrower_rules_go_over_by_tightening(stream: Stream, capsys: pytest.CaptureFixture[str]) -> None:
    stream.says(HEAD.replace("id: str", "id: Annotated[str, Field(max_length=3)]"))
    assert stream.publish("--tighten") == 0
    told = capsys.readouterr()
    assert "is the dataset's contract from commit 2 on" in told.out
    assert "id: maxLength none to 3" in told.err
    contract = stream.dataset.at().contract
    assert contract is not None
    assert (contract.version, contract.fingerprint) == (2, f"sha256:{stream.document.sha256}")
    before = stream.everything()
    assert stream.publish("--tighten") == 0
    assert stream.publish() == 0
    assert stream.everything() == before


def test_it_is_published_into_the_dataset_of_what_was_redriven_too(
    stream: Stream, capsys: pytest.CaptureFixture[str]
) -> None:
    stream.begin("sales_redriven", "sales.redriven")
    stream.says(HEAD + NOTE)
    assert stream.publish() == 0
    assert "\nsales_redriven: sha256:" in capsys.readouterr().out


def test_a_document_that_is_named_is_taken_as_it_is(stream: Stream) -> None:
    stream.says("raise SystemExit")
    assert stream.publish(str(stream.file)) == 0


def test_contract_json_stays_a_link_with_its_mode(stream: Stream) -> None:
    real = stream.dataset.folder / "elsewhere.json"
    stream.file.rename(real)
    real.chmod(0o640)
    stream.file.symlink_to(real)
    stream.says(HEAD + NOTE)
    assert stream.publish() == 0
    assert stream.file.is_symlink()
    assert parse_document(real.read_bytes()).version == 2
    assert real.stat().st_mode & 0o777 == 0o640
    assert [*stream.folder.glob(".*")] == []


def test_the_models_of_waybills_own_streams_make_their_documents(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset = Dataset(tmp_path)
    dataset.begin()
    assert waybill_ops.cli.main(["contract", "publish", f"--lake.url={tmp_path / 'lake'}"]) == 0
    told = capsys.readouterr()
    assert told.out.startswith(f"{NAMES.fingerprint}: version 1 of names is the dataset's contract already")
    assert told.err == ""
