"""contract1 9: judging by hand, and the other verbs of ``waybill contract``."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any

import pytest
from unit.contracts.documents import ORDERS, field, raw

import waybill_ops.cli
from waybill_contracts.by_hand import (
    LineRefused,
    by_the_auditor,
    by_the_fast_paths,
    by_the_judge,
    parse_line,
    verdicts,
    verdicts_in_blocks,
)
from waybill_contracts.document import parse_document
from waybill_contracts.document.canonical_form import canonical_bytes

EXAMPLE = parse_document(canonical_bytes(ORDERS))


def b64(value: bytes | None) -> str | None:
    return None if value is None else base64.b64encode(value).decode()


def judged(tree: dict[str, Any], *records: dict[str, Any]) -> list[Any]:
    lines = [json.dumps(one | {"value": b64(one["value"])}).encode() + b"\n" for one in records]
    document = parse_document(canonical_bytes(tree))
    found = [*verdicts(lines, by_the_judge(document))]
    assert [*verdicts(lines, by_the_auditor(document))] == found
    assert [*verdicts_in_blocks(lines, by_the_fast_paths(document))] == found
    return found


def test_each_verdict_has_its_form() -> None:
    tree = ORDERS | {"select": {"field": "t", "in": ["x"]}, "extra": "ignore"}
    assert judged(
        tree,
        {"value": b'{"t":"x","order_id":"a","created_at":0}', "key": b64(b"k")},
        {"value": b'{"t":"x"}', "timestamp": 2**62},
        {"value": b"{}"},
    ) == [
        {
            "verdict": "row",
            "values": {
                "order_id": "a",
                "amount": None,
                "created_at": "1970-01-01T00:00:00.000000Z",
                "kafka_key": "k",
            },
            "place": "created_at_day=1970-01-01",
        },
        {
            "verdict": "dead",
            "reasons": [
                ["kafka_timestamp", "bad_timestamp"],
                ["/order_id", "missing_field"],
                ["/created_at", "missing_field"],
            ],
        },
        {"verdict": "skipped"},
    ]


@pytest.mark.parametrize(
    ("partition", "kind", "token", "window", "place"),
    [
        ("day(at)", "date", '"2026-11-29"', None, "at_day=2026-11-29"),
        ("day(at)", "date", "null", None, "at_day=0001-01-01"),
        ("day(at)", "date", '"2026-11-29"', ["2026-11-30", "2026-12-01"], "at_day=0001-01-02"),
        ("day(at)", "date", '"2026-12-02"', ["2026-11-30", "2026-12-01"], "at_day=9999-12-31"),
        ("day(at)", "date", '"2026-12-01"', ["2026-11-30", "2026-12-01"], "at_day=2026-12-01"),
        ("day(at)", "date", '"0001-01-01"', None, "at_day=0001-01-01"),
        ("day(at)", "timestamptz", '"2026-11-29T23:30:00-01:00"', None, "at_day=2026-11-30"),
        ("day(at)", "timestamp", '"1969-12-31T23:59:59.999999"', None, "at_day=1969-12-31"),
        ("hour(at)", "timestamptz", '"2026-11-29T13:59:59.999999Z"', None, "at_hour=2026-11-29-13"),
        ("hour(at)", "timestamptz", "null", None, "at_hour=0001-01-01-00"),
        (
            "hour(at)",
            "timestamptz",
            '"2020-01-01T05:00:00Z"',
            ["2026-11-30", "2026-12-01"],
            "at_hour=0001-01-02-00",
        ),
        (
            "hour(at)",
            "timestamptz",
            '"2027-01-01T05:00:00Z"',
            ["2026-11-30", "2026-12-01"],
            "at_hour=9999-12-31-23",
        ),
        ("identity(at)", "boolean", "true", None, "at_value=true"),
        ("identity(at)", "boolean", "null", None, "at_value=null"),
    ],
)
def test_a_row_has_its_place(partition: str, kind: str, token: str, window: Any, place: str) -> None:
    tree = raw(field(1, "at", kind), partition_by=[partition])
    record = {"value": f'{{"at":{token}}}'.encode()} | ({"window": window} if window else {})
    assert judged(tree, record)[0]["place"] == place


def test_a_place_is_escaped_as_hives() -> None:
    text = "\"#%'*/:=?\\{[]^\x01\x1f\x7f}é \x80😀"
    tree = raw(
        field(1, "k", "string"), partition_by=["identity(k)"], entries={"1": {"rules": {"enum": [text]}}}
    )
    assert judged(tree, {"value": json.dumps({"k": text}).encode()})[0]["place"] == (
        "k_value=%22%23%25%27%2A%2F%3A%3D%3F%5C%7B%5B%5D%5E%01%1F%7F}é \x80😀"
    )


@pytest.mark.parametrize("milliseconds", [-1, None])
def test_no_timestamp_has_the_place_of_null(milliseconds: int | None) -> None:
    tree = raw(field(1, "a", "int"), partition_by=["day(kafka_timestamp)"])
    record: dict[str, Any] = {"value": b"{}"} | ({} if milliseconds is None else {"timestamp": milliseconds})
    assert judged(tree, record)[0]["place"] == "kafka_timestamp_day=0001-01-01"
    assert judged(tree, {"value": b"{}", "timestamp": 0})[0]["place"] == "kafka_timestamp_day=1970-01-01"


@pytest.mark.parametrize(
    "line",
    [
        b"x",
        b"[]",
        b"{}",
        b'{"value":1}',
        b'{"value":"e30"}',
        b'{"value":"e30=","at":1}',
        b'{"value":"e30=","timestamp":1.5}',
        b'{"value":"e30=","timestamp":9223372036854775808}',
        b'{"value":"e30=","headers":[["aA=="]]}',
        b'{"value":null,"headers":[[null,null]]}',
        b'{"value":null,"window":["2026-01-01"]}',
        b'{"value":null,"window":["2026-01-02","2026-01-01"]}',
        b'{"value":null,"timestamp":true}',
        b'{"value":null,"headers":{}}',
        b'{"value":null,"headers":false}',
        b'{"value":null,"window":[]}',
    ],
)
def test_a_line_that_is_no_record_is_refused(line: bytes) -> None:
    with pytest.raises(LineRefused):
        parse_line(line)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = waybill_ops.cli.main(("contract", *words))
    out, err = capsys.readouterr()
    return code, out, err


def stored(folder: Path, name: str, tree: dict[str, Any]) -> str:
    (folder / name).write_bytes(canonical_bytes(tree))
    return str(folder / name)


def test_check_prints_the_fingerprint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "check", stored(tmp_path, "a", ORDERS))[:2] == (0, f"{EXAMPLE.sha256}\n")


def test_check_says_where_what_and_the_nearest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "check", stored(tmp_path, "a", raw(field(1, "a", "strng"))))
    assert (code, out) == (2, "")
    assert "at /schema/fields/0/type: the type 'strng' is unknown. Did you mean string?" in err


def test_diff_ends_with_27_and_the_first_difference(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = stored(tmp_path, "old", raw(field(1, "a", "long")))
    new = stored(tmp_path, "new", raw(field(1, "a", "int"), version=2))
    code, _, err = run(capsys, "diff", old, new)
    assert code == 27
    assert "a: long to int." in err
    assert run(capsys, "diff", old, old)[:2] == (0, "compatible\n")


def test_judge_reads_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    document = stored(tmp_path, "a", raw(field(1, "a", "long")))
    (tmp_path / "lines").write_text('{"value": "e30="}\n\n{"value": null}\n')
    row = '{"verdict": "row", "values": {"a": null}}\n'
    dead = '{"verdict": "dead", "reasons": [["", "null_value"]]}\n'
    assert run(capsys, "judge", document, str(tmp_path / "lines"))[:2] == (0, row + dead)
    assert run(capsys, "judge", document, str(tmp_path / "lines"), "--auditor")[:2] == (0, row + dead)
    assert run(capsys, "judge", document, "--auditor", str(tmp_path / "lines"))[:2] == (0, row + dead)
    assert run(capsys, "judge", "--auditor", document, str(tmp_path / "lines"))[:2] == (0, row + dead)
    code, _, err = run(capsys, "judge", document, str(tmp_path / "lines"), "--auditor", "more")
    assert (code, "unknown: more." in err or "belongs to no flag" in err) == (2, True)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"value": "e30="}\nx\n')))
    code, out, err = run(capsys, "judge", document)
    assert (code, out) == (2, row)
    assert "line 2: it is no JSON." in err


def test_null_is_as_good_as_left_out() -> None:
    bare = parse_line(b'{"value":null}')
    assert parse_line(b'{"value":null,"key":null,"headers":null,"timestamp":null,"window":null}') == bare


@pytest.mark.parametrize("more", [(), ("--fast",), ("--auditor",), ("--plain",)])
def test_records_that_nobody_can_read_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...]
) -> None:
    document = stored(tmp_path, "a", raw(field(1, "a", "long")))
    for name, why in ((tmp_path, "Is a directory"), (tmp_path / "none", "No such file or directory")):
        code, out, err = run(capsys, "judge", document, str(name), *more)
        assert (code, out) == (2, "")
        assert f"The file of records {name} can't be read: {why}." in err


@pytest.mark.parametrize("more", [(), ("--fast",), ("--auditor",)])
def test_avro_is_judged_by_the_schema_in_its_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...]
) -> None:
    schema = '{"type": "record", "name": "r", "fields": [{"name": "a", "type": "int"}]}'
    document = stored(tmp_path, "a", raw(field(1, "a", "long"), value={"format": "avro", "schema": schema}))
    assert run(capsys, "check", document)[0] == 0
    (tmp_path / "lines").write_text('{"value": "Ag=="}\n{"value": "AgI="}\n')
    code, out, _ = run(capsys, "judge", document, str(tmp_path / "lines"), *more)
    assert code == 0
    assert [json.loads(line) for line in out.splitlines()] == [
        {"verdict": "row", "values": {"a": "1"}},
        {"verdict": "dead", "reasons": [["", "not_avro"]]},
    ]


@pytest.mark.parametrize(
    ("frame", "code", "words"),
    [("confluent", 2, "name a folder with <id>.avsc"), ("glue", 35, "--avro-schema FILE --frame glue")],
    ids=["no schemas", "no id"],
)
def test_avro_of_a_registry_is_checked_and_not_judged_without_its_schemas(
    frame: str, code: int, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tree = raw(field(1, "a", "long"), value={"format": "avro", "frame": frame, "registry": "default"})
    document = stored(tmp_path, "a", tree)
    assert run(capsys, "check", document)[0] == 0
    (tmp_path / "lines").write_text('{"value": "e30="}\n')
    found, out, err = run(capsys, "judge", document, str(tmp_path / "lines"))
    assert (found, out) == (code, "")
    assert words in err


def test_show_names_each_column(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "show", stored(tmp_path, "a", ORDERS))
    assert code == 0
    assert "  amount: decimal(18, 2) as string, optional, from /total/amount\n" in out


def test_show_says_which_records_and_what_of_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tree = ORDERS | {
        "select": {"field": "t", "in": ["y", "x"]},
        "headers": True,
        "ignore": ["/a~1b", "/source"],
    }
    _, out, _ = run(capsys, "show", stored(tmp_path, "a", tree))
    assert "records: those whose field t is one of 'y', 'x'\n" in out
    assert "key: text\nheaders: a column of theirs\nignored where unknown: /a~1b, /source\n" in out
