"""contract1 3 and the value as a whole: UTF-8, depth, JSON, an object; frames, key, headers, select, tombstones."""

from __future__ import annotations

from typing import Any

import pytest
from unit.contracts.documents import document, field, list_of, meaning, of_type, raw, verdict

from waybill_contracts.document import parse_document
from waybill_contracts.document.canonical_form import canonical_bytes
from waybill_contracts.scanning import too_deep

ANY = of_type("string", **meaning("json"))
OPEN = document(field(1, "a", "long"), extra="ignore")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (b"\xff[[[", "not_utf8"),
        (b'{"v":"\xed\xa0\x80"}', "not_utf8"),
        (b"\xff" * 3 + b"[" * 200, "not_utf8"),
        (b"[" * 101, "too_deep"),
        (b"]" * 50 + b"[" * 101, "too_deep"),
        (b'{"v":' + b"[" * 100 + b"x", "too_deep"),
        (b'{"v":' + b"[" * 99 + b"x", "not_json"),
        (b'"' + b"[" * 200, "not_json"),
        (b'"\\"' + b"[" * 200 + b'"', "not_an_object"),
        (b"", "not_json"),
        (b" ", "not_json"),
        (b"\xef\xbb\xbf{}", "not_json"),
        (b"{} {}", "not_json"),
        (b"{},", "not_json"),
        (b"{}\x00", "not_json"),
        (b"{}\x0c", "not_json"),
        (b'{"v":NaN}', "not_json"),
        (b'{"v":-Infinity}', "not_json"),
        (b'{"v":01}', "not_json"),
        (b'{"v":+1}', "not_json"),
        (b'{"v":1.}', "not_json"),
        (b'{"v":[1,]}', "not_json"),
        (b'{"v":1,}', "not_json"),
        (b'{"v":"\t"}', "not_json"),
        (b'{"v":"\\ud800"}', "not_json"),
        (b'{"v":"\\udc00\\ud800"}', "not_json"),
        (b'{"v":"\\ud800\\u0041"}', "not_json"),
        (b'{"v":{"\\uD800":1}}', "not_json"),
        (b'{"v":"\\x41"}', "not_json"),
        ('{"v":[1\u0662]}'.encode(), "not_json"),
        (b"{'v':1}", "not_json"),
        (b"[]", "not_an_object"),
        (b"null", "not_an_object"),
        (b'"x"', "not_an_object"),
        (b"1e999999999", "not_an_object"),
    ],
)
def test_what_is_no_object_is_told_once(value: bytes, code: str) -> None:
    assert verdict(ANY, value) == [("", code)]


@pytest.mark.parametrize(
    "text",
    [
        '"\\ud83d\\ude00"', '"\\\\ud800"', '"\\\\\\ud83d\\ude00"', " [ 1 , 2 ] ".strip(), "9" * 5000, "1e999999999",
        "-0.0E+00", '{"a":1,"a":2}', "[" * 99 + "]" * 99, '"' + "[" * 500 + '"', '"\x7f\u2028\ufeff"',
    ],
)  # fmt: skip
def test_what_rfc_8259_takes_is_kept_as_it_stands(text: str) -> None:
    assert verdict(ANY, f' {{ "v" : {text} }}\r\n\t') == {"v": text}


def test_the_scan_for_depth_knows_strings_and_brackets_only() -> None:
    assert not too_deep('"' + "[" * 101)
    assert not too_deep('"\\"' + "[" * 101)
    assert too_deep('"\\\\"' + "[" * 101)
    assert too_deep("\\" + "[" * 101)
    assert too_deep("x" + "{[" * 50 + "}{" + "[")
    assert not too_deep("[" * 100 + "]" * 100 + "[" * 100)


def test_names_are_compared_after_unescaping() -> None:
    assert verdict(OPEN, '{"\\u0061":1}') == {"a": "1"}
    assert verdict(OPEN, '{"a":1,"\\u0061":1}') == [("/a", "duplicate_field")]
    assert verdict(OPEN, '{"é":1,"e\u0301":1}') == {"a": None}


def test_a_name_that_nobody_describes_may_not_stand_twice_either() -> None:
    assert verdict(OPEN, '{"x":1,"x":1,"y":{"z":1,"z":2}}') == [("/x", "duplicate_field")]


FRAMES = {
    "confluent": b"\x00\x00\x00\x00\x01",
    "apicurio": b"\x00\x00\x00\x00\x00\x00\x00\x00\x01",
    "glue": b"\x03\x00" + b"\xaa" * 16,
    "confluent_header": b"",
}


@pytest.mark.parametrize("form", ["json", "text", "binary"])
@pytest.mark.parametrize("frame", FRAMES)
def test_a_frame_comes_off_first(frame: str, form: str) -> None:
    kind = {"json": "long", "text": "string", "binary": "binary"}[form]
    framed = document(field(1, "v", kind), value={"format": form, "frame": frame})
    plain = document(field(1, "v", kind), value={"format": form})
    inner = b'{"v":1}'
    assert verdict(framed, FRAMES[frame] + inner) == verdict(plain, inner)
    assert verdict(framed, FRAMES[frame]) == [("", "bad_frame")]
    assert verdict(framed, b"") == [("", "bad_frame")]
    for cut in range(1, len(FRAMES[frame])):
        assert verdict(framed, FRAMES[frame][:cut]) == [("", "bad_frame")]
    if frame != "confluent_header":
        assert verdict(framed, b"\x07" + FRAMES[frame][1:] + inner) == [("", "bad_frame")]


def test_glue_is_never_compressed() -> None:
    glue = document(field(1, "v", "long"), value={"format": "json", "frame": "glue"})
    assert verdict(glue, b"\x03\x05" + b"\xaa" * 16 + b"{}") == [("", "bad_frame")]


def test_text_and_binary_are_one_column() -> None:
    text = document(
        field(1, "line", "string"), value={"format": "text"}, entries={"1": {"rules": {"maxLength": 3}}}
    )
    assert verdict(text, "\ufeffé") == {"line": "\ufeffé"}
    assert verdict(text, b"") == {"line": ""}
    assert verdict(text, b"\xff") == [("", "not_utf8")]
    assert verdict(text, "éééé") == [("", "bad_value")]
    assert verdict(text, None) == [("", "null_value")]
    binary = document(field(1, "bytes", "binary"), value={"format": "binary"})
    assert verdict(binary, b"\xff\x00") == {"bytes": "ff00"}
    assert verdict(binary, b"") == {"bytes": ""}


def test_a_key_has_its_column() -> None:
    def key(form: str, found: bytes | None, **more: Any) -> Any:
        of = document(field(1, "a", "long"), key={"format": form} | more)
        said = verdict(of, "{}", key=found)
        return said["kafka_key"] if isinstance(said, dict) else said

    bad = [("kafka_key", "bad_key")]
    assert key("text", None) is None
    assert key("text", "é".encode()) == "é"
    assert key("text", b"\xff") == bad
    assert key("binary", b"\xff") == "ff"
    assert key("json", b' {"a" : 1.10} \n') == '{"a" : 1.10}'
    assert key("json", b"null") == "null"
    for broken in (b"", b"nul", b"[" * 101, b"\xff", b'"\\ud800"'):
        assert key("json", broken) == bad
    assert key("text", b"\x00\x00\x00\x00\x01k", frame="confluent") == "k"
    assert key("text", b"\x00\x00\x00\x00\x01", frame="confluent") == bad
    assert key("text", b"k", frame="confluent") == bad
    assert key("text", None, frame="confluent") is None


def test_headers_have_their_column_where_it_is_asked_for() -> None:
    headers = ((b"b", b"\xff"), (b"a", None), (b"b", b""))
    assert verdict(document(field(1, "a", "long"), headers=True), "{}", headers=headers)["kafka_headers"] == [
        {"name": "b", "value": "ff"},
        {"name": "a", "value": None},
        {"name": "b", "value": ""},
    ]
    foreign = ((b"\xff", None),)
    assert verdict(document(field(1, "a", "long"), headers=True), "{}", headers=foreign) == [
        ("kafka_headers", "bad_headers")
    ]
    assert verdict(OPEN, "{}", headers=foreign) == {"a": None}


@pytest.mark.parametrize(
    ("timestamp", "is_good"),
    [(-1, True), (0, True), (-2, True), (-62135596800000, True), (-62135596800001, False), (253402300799999, True),
     (253402300800000, False), (2**63 - 1, False), (-(2**63), False)],
)  # fmt: skip
def test_kafkas_timestamp_lies_within_the_calendar(timestamp: int, *, is_good: bool) -> None:
    expected = {"a": None} if is_good else [("kafka_timestamp", "bad_timestamp")]
    assert verdict(OPEN, "{}", timestamp=timestamp) == expected


def test_timestamp_key_and_headers_come_first_and_stop_nothing() -> None:
    of = document(field(1, "a", "long"), key={"format": "text"}, headers=True)
    around: Any = {"timestamp": 2**62, "key": b"\xff", "headers": ((b"\xff", None),)}
    first = [("kafka_timestamp", "bad_timestamp"), ("kafka_key", "bad_key"), ("kafka_headers", "bad_headers")]
    assert verdict(of, '{"a":"x"}', **around) == [*first, ("/a", "wrong_type")]
    assert verdict(of, "[", **around) == [*first, ("", "not_json")]
    assert verdict(of, None, **around) == [*first, ("", "null_value")]


def test_a_tombstone_is_a_row_where_the_contract_says_so() -> None:
    of = document(
        field(1, "a", "long", required=True),
        field(2, "d", "date"),
        key={"format": "text"},
        tombstones="row",
        headers=True,
    )
    assert verdict(of, None, key=b"k") == {
        "a": None,
        "d": None,
        "kafka_key": "k",
        "kafka_headers": [],
        "kafka_tombstone": "true",
    }
    assert verdict(of, '{"a":1}', key=b"k")["kafka_tombstone"] == "false"
    assert verdict(of, None, key=b"\xff", timestamp=2**62) == [
        ("kafka_timestamp", "bad_timestamp"),
        ("kafka_key", "bad_key"),
    ]


class TestSelect:
    BY_FIELD = document(
        field(1, "a", "long"), extra="ignore", select={"field": "t", "in": ["x", "y"]}, headers=True
    )
    BY_HEADER = document(field(1, "a", "long"), select={"header": "t", "in": ["x", ""]}, headers=True)

    @pytest.mark.parametrize("value", ['{"t":"x","a":1}', '{"a":1,"t":"\\u0079"}'])
    def test_a_wanted_member_is_judged(self, value: str) -> None:
        assert verdict(self.BY_FIELD, value)["a"] == "1"

    @pytest.mark.parametrize(
        "value", ["{}", '{"t":"z","a":"bad"}', '{"t":null}', '{"t":1}', '{"t":["x"]}', None]
    )
    def test_others_are_skipped_whatever_stands_around(self, value: str | None) -> None:
        assert verdict(self.BY_FIELD, value, timestamp=2**62, headers=((b"\xff", b""),)) == "skipped"

    @pytest.mark.parametrize(
        ("value", "code"),
        [(b"\xff", "not_utf8"), (b"[" * 101, "too_deep"), (b"{", "not_json"), (b"[]", "not_an_object")],
    )
    def test_what_cannot_be_read_is_dead_before_it_is_asked(self, value: bytes, code: str) -> None:
        assert verdict(self.BY_FIELD, value) == [("", code)]
        assert verdict(self.BY_HEADER, value) == [("", code)]

    def test_a_member_twice_is_dead(self) -> None:
        assert verdict(self.BY_FIELD, '{"t":"x","t":"z","a":"bad"}') == [
            ("/a", "wrong_type"),
            ("/t", "duplicate_field"),
        ]

    @pytest.mark.parametrize(
        "headers", [(), ((b"t", None),), ((b"t", b"z"),), ((b"t", b"\xff"),), ((b"T", b"x"),)]
    )
    def test_other_headers_are_skipped(self, headers: Any) -> None:
        assert verdict(self.BY_HEADER, '{"a":1}', headers=headers) == "skipped"

    def test_a_wanted_header_is_judged_with_a_null_value_too(self) -> None:
        assert verdict(self.BY_HEADER, '{"a":1}', headers=((b"t", b""),))["a"] == "1"
        assert verdict(self.BY_HEADER, None, headers=((b"t", b"x"),)) == [("", "null_value")]
        assert verdict(self.BY_HEADER, None, headers=((b"t", b"z"),)) == "skipped"

    def test_a_header_twice_is_dead(self) -> None:
        assert verdict(self.BY_HEADER, '{"a":"x"}', headers=((b"t", b"z"), (b"t", b"x"))) == [
            ("kafka_headers", "bad_headers"),
            ("/a", "wrong_type"),
        ]


def test_a_list_of_structs_knows_repeated_names() -> None:
    inner = {"type": "struct", "fields": [field(3, "a", "long")]}
    of = parse_document(canonical_bytes(raw(field(1, "v", list_of(2, inner)))))
    assert verdict(of, '{"v":[{"a":1,"a":2},{"b":1,"b":2}]}') == [
        ("/v/0/a", "duplicate_field"),
        ("/v/1/b", "duplicate_field"),
    ]
