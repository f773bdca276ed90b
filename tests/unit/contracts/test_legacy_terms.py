"""``legacy`` beside what the packaged document of ``names`` has not: values kept as they stand."""

from __future__ import annotations

from unit.contracts.documents import document, field, list_of, map_of, verdict

LEGACY = {"fingerprint": "0" * 64, "partition_key": "date"}

OLD = document(
    field(1, "a", "long"),
    field(2, "j", "string"),
    field(3, "n", "long"),
    entries={"2": {"as": "json"}, "3": {"from": "/way/n"}},
    stream="names",
    legacy=LEGACY,
    duplicates="last",
    extra="keep",
)


def test_what_json_has_no_word_for_is_kept_as_it_stands() -> None:
    assert verdict(OLD, '{"a":1,"j":[NaN],"way":{"n":2},"x":-Infinity}') == {
        "a": "1",
        "j": "[NaN]",
        "n": "2",
        "_extra": '{"/x":-Infinity}',
    }


def test_of_a_name_that_stands_twice_the_last_is_kept_where_it_stands() -> None:
    kept = verdict(OLD, '{"x":1,"a":1,"y":1,"x":2,"j":1,"way":{"z":1,"n":1},"way":{"z":1,"n":2,"u":2,"z":3}}')
    assert kept == {"a": "1", "j": "1", "n": "2", "_extra": '{"/y":1,"/x":2,"/way/u":2,"/way/z":3}'}


def test_null_is_a_token_of_a_wrong_type_wherever_a_value_is_required() -> None:
    of = document(
        field(1, "a", "long", required=True),
        field(2, "l", list_of(3, "long", required=True)),
        field(4, "m", map_of(5, 6, "string", required=True)),
        field(7, "j", "string", required=True),
        entries={"7": {"as": "json", "wire": "string"}, "6": {"rules": {"enum": ["x"]}}},
        stream="names",
        legacy=LEGACY,
    )
    assert verdict(of, '{"a":null,"l":[null,1],"m":{"k":null},"j":"null"}') == [
        ("/a", "wrong_type"),
        ("/l/0", "wrong_type"),
        ("/m/k", "bad_value"),
        ("/j", "wrong_type"),
    ]
