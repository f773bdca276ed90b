"""``waybill contract init``: files in, a document and what was seen out; nothing is overwritten."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

import waybill_ops.cli
from waybill_contracts.document import parse_document
from waybill_contracts.drafting.sample_files import records_of

LINES = b'{"id": "a", "at": "2026-11-29"}\n{"id": "b", "at": "2026-11-30"}\n'


def init(folder: Path, *words: str, data: bytes = LINES) -> int:
    (folder / "orders.jsonl").write_bytes(data)
    sample = (f"--from-sample={folder / 'orders.jsonl'}",) if "--from-sample" not in " ".join(words) else ()
    return waybill_ops.cli.main(("contract", "init", *sample, f"--output={folder / 'contract.json'}", *words))


def test_document_and_what_was_seen_stand_side_by_side(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert init(tmp_path) == 0
    document = parse_document((tmp_path / "contract.json").read_bytes())
    seen = json.loads((tmp_path / "contract.seen.json").read_text())
    assert (document.stream, document.id, document.time) == ("orders", ("id",), "at")
    assert (seen["records"], seen["rows"]) == (2, 2)
    out, err = capsys.readouterr()
    assert "  at: date as text, optional\n" in out
    assert "2 of 2 records are rows by this document." in err
    assert {one.name for one in tmp_path.iterdir()} == {"orders.jsonl", "contract.json", "contract.seen.json"}


@pytest.mark.parametrize("there", ["contract.json", "contract.seen.json"])
def test_no_file_is_overwritten_unless_told(
    there: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / there).write_text("mine")
    assert init(tmp_path) == 2
    assert (tmp_path / there).read_text() == "mine"
    assert "--overwrite" in capsys.readouterr().err
    assert init(tmp_path, "--overwrite") == 0
    assert (tmp_path / there).read_text() != "mine"


@pytest.mark.parametrize("output", [".", "nowhere/contract.json", "/"])
def test_a_place_where_no_file_can_be_is_refused(
    output: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert init(tmp_path, f"--output={output}", "--overwrite") == 2
    assert "can't be written" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_told_before_anything_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert init(tmp_path, "--from-sample=nothing.jsonl", "--output=streams/sales/contract.json") == 2
    assert "make it first: `mkdir -p streams/sales`" in capsys.readouterr().err
    assert [*tmp_path.rglob("*.json")] == []


def test_its_json_says_where_and_what(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert init(tmp_path, "--json") == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert parse_document((tmp_path / "contract.json").read_bytes()).sha256 == found["sha256"]
    assert (found["rows"], err) == (2, "")


def test_the_document_judges_the_very_file_that_it_was_made_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert init(tmp_path, "--json", data=b"[" + LINES.strip().replace(b"\n", b",") + b"]") == 0
    capsys.readouterr()
    words = ("contract", "judge", str(tmp_path / "contract.json"), str(tmp_path / "orders.jsonl"), "--plain")
    assert waybill_ops.cli.main(words) == 0
    verdicts = [json.loads(line)["verdict"] for line in capsys.readouterr().out.splitlines()]
    assert verdicts == ["row", "row"]


@pytest.mark.parametrize(
    ("form", "values"),
    [
        ("text", ["  hello ", "[1,2]", '{"value":"e30="}']),
        ("binary", [b'  hello \r\n[1,2]\n\n{"value":"e30="}\n'.hex()]),
    ],
)
def test_values_that_are_no_json_are_judged_as_they_were_read(
    form: str, values: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert init(tmp_path, f"--format={form}", data=b'  hello \r\n[1,2]\n\n{"value":"e30="}\n') == 0
    capsys.readouterr()
    words = ("contract", "judge", str(tmp_path / "contract.json"), str(tmp_path / "orders.jsonl"), "--plain")
    assert waybill_ops.cli.main(words) == 0
    said = [json.loads(line)["values"]["value"] for line in capsys.readouterr().out.splitlines()]
    assert said == values


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"a,b\n1,2\n", "2 not_json; first line 1"),
        (b"[[1],[2]]", "2 not_an_object; first record 1"),
        (b"", "there is none with a value"),
        (b"\x00\x00\x00\x00\x01\x02", "the file"),
    ],
    ids=["csv", "arrays", "nothing", "Avro"],
)
def test_a_file_without_records_writes_nothing(
    data: bytes, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert init(tmp_path, data=data) == 2
    assert said in capsys.readouterr().err
    assert [one.name for one in tmp_path.iterdir()] == ["orders.jsonl"]


def test_text_is_one_column_when_the_user_says_so(tmp_path: Path) -> None:
    assert init(tmp_path, "--format=text", "--time=kafka_timestamp", data=b"a,b\r\n1,2\n") == 0
    found = parse_document((tmp_path / "contract.json").read_bytes())
    assert (found.value.format, [*found.columns], found.time) == ("text", ["value"], "kafka_timestamp")


def test_a_model_of_the_folder_here_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "waybill_shop_model.py").write_text(
        "import pydantic\nclass A(pydantic.BaseModel):\n    b: int\n"
    )
    monkeypatch.chdir(tmp_path)
    assert waybill_ops.cli.main(("contract", "init", "--pydantic=waybill_shop_model:A")) == 0
    assert parse_document((tmp_path / "contract.json").read_bytes()).stream == "a"


JUDGED = b"".join(
    json.dumps({"value": base64.b64encode(one).decode(), "timestamp": 5}).encode() + b"\n"
    for one in (b'{"a":1}', b'{"a":2}')
)


@pytest.mark.parametrize(
    ("data", "values", "first"),
    [
        (b'{"a":1}\n\n{"a":2}', [b'{"a":1}', b'{"a":2}'], "line 1"),
        (b'\xef\xbb\xbf{"a":1}\r\n{"a":2}\r\n', [b'{"a":1}', b'{"a":2}'], "line 1"),
        (b'[{"a": 1}, {"a":2} ]', [b'{"a": 1}', b'{"a":2}'], "record 1"),
        (b'{\n  "a": 1\n}\n', [b'{\n  "a": 1\n}'], "record 1"),
        (b'{\n"a":1\n}\n{\n"a":2\n}', [b'{\n"a":1\n}', b'{\n"a":2\n}'], "record 1"),
        (b'{"a":1}\n{"a":', [b'{"a":1}', b'{"a":'], "line 1"),
        (b'# words\n{"a":1}', [b"# words", b'{"a":1}'], "line 1"),
        (b'\x00\x00\x00\x00\x01{"a":1}\n', [b'\x00\x00\x00\x00\x01{"a":1}\n'], "the file"),
        (b'{"value":"abcd","timestamp":1}\n{"value":"efgh"}\n', None, "line 1"),
        (JUDGED, [b'{"a":1}', b'{"a":2}'], "line 1"),
    ],
    ids=[
        "lines",
        "BOM",
        "array",
        "pretty",
        "many pretty",
        "cut off",
        "comment",
        "frame",
        "looks judged",
        "judged",
    ],
)
def test_a_files_records_are_found(data: bytes, values: list[bytes] | None, first: str) -> None:
    found = records_of(data)
    assert [one.record.value for one in found] == (values or data.splitlines())
    assert found[0].where == first
