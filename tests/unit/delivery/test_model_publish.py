"""``waybill contract publish`` of a stream with a contract.py: contract.json is made of it, compared, and published."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from unit.contracts.models import with_model, write_model
from unit.delivery.published import TOPIC, Dataset
from unit.ledger.entries import RELEASE, WRITER, manifest3

import waybill_ops.cli
from waybill_common.ledger import receipt_for
from waybill_common.ledger.keys import document_key, manifest_key, receipt_key
from waybill_common.ledger.manifest import ContractRef3, Layout3
from waybill_contracts.document import ContractDocument, parse_document
from waybill_delivery import contract_publish
from waybill_streams.names import NAMES

HEAD = """
from datetime import datetime
from decimal import Decimal
from typing import Annotated
from pydantic import BaseModel, Field

class Sale(BaseModel):
    id: str
    sold_at: datetime
    total: Annotated[Decimal, Field(decimal_places=2)]
"""
NOTE = "    note: str | None = None\n"


class Stream:
    """``sales``, whose folder has a contract.py, and its dataset."""

    def __init__(self, folder: Path) -> None:
        self.streams = folder / "streams"
        self.folder = with_model(self.streams, "sales", HEAD)
        self.dataset = Dataset(folder, "sales")

    @property
    def file(self) -> Path:
        return self.folder / "contract.json"

    @property
    def document(self) -> ContractDocument:
        return parse_document(self.file.read_bytes())

    def says(self, source: str) -> None:
        write_model(self.folder, source)

    def edit(self, **members: Any) -> None:
        """contract.json, by hand."""
        tree = json.loads(self.file.read_bytes()) | members
        self.file.write_text(json.dumps(tree, sort_keys=True, separators=(",", ":"), ensure_ascii=False))

    def publish(self, *more: str) -> int:
        lake = f"--lake.url={self.dataset.folder / 'lake'}"
        words = ["contract", "publish", "--stream=sales", f"--streams={self.streams}", lake, *more]
        return waybill_ops.cli.main(words)

    def begin(self, stream: str = "sales", topic: str = "shop.sales") -> None:
        """A commit under contract.json."""
        first = self.document
        bound = ContractRef3(
            version=first.version, fingerprint=f"sha256:{first.sha256}", document=first.sha256
        )
        keys = tuple(one.spelling for one in first.partition_by)
        layout = Layout3(
            row_group_rows=7, compression="zstd", partition_by=keys, window=("2016-01-01", "2026-11-24")
        )
        moved: dict[str, Any] = {"after": {0: 0}, "splits": (), "stream": stream, "topic": topic}
        manifest = manifest3(contract=bound, layout=layout, **moved)
        receipt = receipt_for(
            manifest, sha256(manifest.to_json()).hexdigest(), [], writer=WRITER, release=RELEASE
        )
        dataset = Dataset(self.dataset.folder, stream)
        dataset.put(document_key(first.sha256), first.text)
        dataset.put(manifest_key(1), manifest.to_json())
        dataset.put(receipt_key(1), receipt.to_json())

    def is_stored(self, document: ContractDocument) -> bool:
        return (self.dataset.folder / "lake/sales" / document_key(document.sha256)).is_file()

    def everything(self) -> dict[str, bytes]:
        here = {one.name: one.read_bytes() for one in self.folder.iterdir()}
        return here | self.dataset.files()


@pytest.fixture
def unmade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stream:
    monkeypatch.setattr(contract_publish, "topic_state", lambda *_: TOPIC)
    return Stream(tmp_path)


@pytest.fixture
def stream(unmade: Stream, capsys: pytest.CaptureFixture[str]) -> Stream:
    assert unmade.publish() == 0
    unmade.begin()
    capsys.readouterr()
    return unmade


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


def test_tightening_wants_a_dataset_that_has_begun(unmade: Stream) -> None:
    assert unmade.publish("--tighten") == 31
    assert not unmade.file.exists()


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


def test_it_is_published_into_the_dataset_of_what_was_redriven_too(
    stream: Stream, capsys: pytest.CaptureFixture[str]
) -> None:
    stream.begin("sales_redriven", "sales.redriven")
    stream.says(HEAD + NOTE)
    assert stream.publish() == 0
    assert "\nsales_redriven: sha256:" in capsys.readouterr().out


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


def test_the_models_of_waybills_own_streams_make_their_documents(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset = Dataset(tmp_path)
    dataset.begin()
    assert waybill_ops.cli.main(["contract", "publish", f"--lake.url={tmp_path / 'lake'}"]) == 0
    told = capsys.readouterr()
    assert told.out.startswith(f"{NAMES.fingerprint}: version 1 of names is the dataset's contract already")
    assert told.err == ""
