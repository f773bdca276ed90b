"""Documents and records from a seed: what the property tests run through."""

from __future__ import annotations

import json
import random
from typing import Any

from unit.contracts.documents import Json, field, list_of, map_of, raw, struct_of

SCALARS: tuple[tuple[str, Json], ...] = (
    *(
        (kind, {})
        for kind in (
            "boolean",
            "int",
            "long",
            "float",
            "double",
            "date",
            "timestamp",
            "timestamptz",
            "string",
            "binary",
        )
    ),
    *((kind, {}) for kind in ("decimal(4, 1)", "decimal(38, 9)", "decimal(9, 9)", "decimal(18, 0)")),
    *(
        (kind, {"wire": wire})
        for kind in ("int", "long", "float", "double", "decimal(6, 2)")
        for wire in ("string", "either")
    ),
    *(
        ("decimal(6, 2)", {"wire": "unscaled_base64"}),
        ("boolean", {"wire": "string"}),
        ("date", {"wire": "epoch_days"}),
    ),
    *(("string", {"as": "time", **more}) for more in ({}, {"wire": "ms"}, {"wire": "us"})),
    *(("string", {"as": one}) for one in ("json", "json", "uuid")),
    ("string", {"as": "json", "wire": "string"}),
    *(("binary", {"wire": one}) for one in ("hex", "base64url")),
    *(
        (kind, {"wire": f"epoch_{unit}{text}", **more})
        for kind in ("timestamp", "timestamptz")
        for unit in ("s", "ms", "us", "ns")
        for text in ("", "_text")
        for more in ({}, {"beyond_micros": "floor"})
    ),
    ("timestamptz", {"beyond_micros": "floor"}),
    *(
        ("string", {"rules": rules})
        for rules in (
            {"minLength": 1, "maxLength": 2},
            {"enum": ["a", "é", "12"]},
            {"pattern": "^[a-z]*$"},
            {"const": "a"},
        )
    ),
    *(
        ("long", {"rules": rules})
        for rules in ({"enum": [0, 7, "9223372036854775807"]}, {"minimum": "0.5", "exclusiveMaximum": "100"})
    ),
    *(
        (kind, {"rules": {"exclusiveMinimum": "-0.1", "maximum": "12.5"}})
        for kind in ("double", "float", "decimal(4, 1)")
    ),
    ("date", {"rules": {"minimum": "2000-01-01"}}),
    ("timestamptz", {"rules": {"exclusiveMaximum": "2026-11-29T13:00:00.000000Z"}}),
    ("binary", {"rules": {"maxLength": 2}}),
)
TOKENS = (
    "null", "true", "false", "0", "-0", "1", "7", "-1", "12.5", "12.50", "0.1", "1.0", "-0.0", "1e2",
    "1E-7", "100", "99.9", "1e400", "1e-400", "2147483648", "9223372036854775807", "9223372036854775808",
    "1.00000017881393432617187499", "1e9999", "1e10000", "0.123456789012", "1764421200000",
    "253402300799.9999999", "-62135596800", "1764421200.1234567", "86399999", "86400000", "1732", "2932897",
    '""', '"a"', '"é"', '"12"', '"abc"', '"0"', '"-0"', '"1.5"', '"1e2"', '"true"', '"null"', '" null "',
    '"[1]"', '"{\\"a\\":1}"', '"nul"', '"2026-11-29"', '"2026-02-30"', '"0000-01-01"',
    '"2026-11-29T13:00:00Z"', '"2026-11-29 12:59:59.9999999+00:00"', '"2026-11-29T13:00:00.123456"',
    '"9999-12-31T23:59:59.9999999Z"', '"0001-01-01T00:00:00+00:01"', '"13:00:00"', '"13:00:00.5"',
    '"24:00:00"', '"aGk="', '"aGl="', '"aGk"', '"00ff"', '"0F8FAD5B-d9cb-469f-a165-70867728950e"',
    '"\\ud83d\\ude00"', '"\\u0000"', "[]", "{}", "[1,null]", '{"a":1,"a":2}', '[{"x":1}]', "9" * 400,
)  # fmt: skip
NAMES = ("a", "b", "c", "d", "x", "way", "in", "é", "a/b", "m~n", "zz")


class Maker:
    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.ids = 0
        self.entries: Json = {}

    def id(self) -> int:
        self.ids += 1
        return self.ids

    def kind(self, at: int, depth: int) -> Any:
        choice = self.dice.random()
        if depth > 2 or choice < 0.6:
            kind, entry = self.dice.choice(SCALARS)
            if entry:
                self.entries[str(at)] = dict(entry)
            return kind
        required = self.dice.random() < 0.3
        if choice < 0.75:
            return struct_of(*self.fields(depth + 1))
        if choice < 0.88:
            if self.dice.random() < 0.3:
                self.entries[str(at)] = {"rules": {"maxItems": 2}}
            item = self.id()
            return list_of(item, self.kind(item, depth + 1), required=required)
        if self.dice.random() < 0.3:
            self.entries[str(at)] = {"rules": {"minProperties": 1, "maxProperties": 2}}
        key, value = self.id(), self.id()
        return map_of(key, value, self.kind(value, depth + 1), required=required)

    def fields(self, depth: int) -> list[Json]:
        names = self.dice.sample(["a", "b", "c", "d", "e", "f"], self.dice.choice((1, 2, 3, 4)))
        found = []
        for name in names:
            at = self.id()
            found.append(field(at, name, self.kind(at, depth), required=self.dice.random() < 0.3))
            if self.dice.random() < 0.25:
                place = self.dice.choice(
                    (f"/way/{name}", f"/way/in/{name}", f"/m~0n/a~1b/{name}", f"/é{name}")
                )
                self.entries.setdefault(str(at), {})["from"] = place
        return found

    def document(self) -> Json:
        fields = self.fields(0)
        more: Json = {"extra": self.dice.choice(("dead", "keep", "keep", "ignore"))}
        if self.dice.random() < 0.3:
            more["ignore"] = self.dice.sample(["/x", "/way/x", "/way", "/a/0/x", "/a/k", "/a~1b", "/b/x"], 2)
        if self.dice.random() < 0.3:
            more["key"] = {"format": self.dice.choice(("text", "binary", "json"))}
            more["tombstones"] = self.dice.choice(("dead", "row"))
        more["headers"] = self.dice.random() < 0.3
        if self.dice.random() < 0.2:
            by = self.dice.choice(("field", "header"))
            more["select"] = {by: self.dice.choice(("a", "x")), "in": ["a", "12", ""]}
        if self.dice.random() < 0.2:
            more["value"] = {"format": "json", "frame": "confluent"}
        times = [one["name"] for one in fields if one["type"] in ("timestamp", "timestamptz")]
        more["partition_by"] = [f"hour({one})" for one in times[:1]] or self.dice.choice(
            ([], ["day(kafka_timestamp)"])
        )
        return raw(*fields, entries=self.entries, **more)

    def record(self, tree: Json) -> bytes | None:
        if self.dice.random() < 0.03:
            return None
        text = self.object(tree["schema"]["fields"], tree)
        if self.dice.random() < 0.1:
            at = self.dice.randrange(len(text) + 1)
            text = (
                text[:at]
                + self.dice.choice(('"', "{", "[", ",", "\\", "\\ud800", "\ufeff", "1", " ", "\x01"))
                + text[at:]
            )
        value = text.encode("utf-8", "surrogatepass")
        if self.dice.random() < 0.02:
            value = value[: len(value) // 2] + b"\xff" + value[len(value) // 2 :]
        return b"\x00\x00\x00\x00\x01" * ("frame" in tree["value"]) + value

    def object(self, fields: list[Json], tree: Json) -> str:
        root: Json = {}
        for one in fields:
            if self.dice.random() < 0.12:
                continue
            pointer = tree["fields"].get(str(one["id"]), {}).get("from", f"/{one['name']}")
            *way, name = (part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/"))
            inner = root
            for token in way:
                inner = inner.setdefault(token, {})
            inner[name] = self.token(one["type"], tree["fields"].get(str(one["id"]), {}), tree)
        return self.spelled(root)

    def spelled(self, members: Json) -> str:
        pairs = [(name, self.spelled(one) if isinstance(one, dict) else one) for name, one in members.items()]
        while self.dice.random() < 0.25:
            pairs.insert(
                self.dice.randrange(len(pairs) + 1), (self.dice.choice(NAMES), self.dice.choice(TOKENS))
            )
        if pairs and self.dice.random() < 0.05:
            pairs.append((self.dice.choice(pairs)[0], self.dice.choice(TOKENS)))
        if self.dice.random() < 0.2:
            self.dice.shuffle(pairs)
        space = self.dice.choice(("", "", " ", "\n\t"))
        return (
            "{"
            + f",{space}".join(f"{self.name(name)}{space}:{space}{one}" for name, one in pairs)
            + space
            + "}"
        )

    def name(self, name: str) -> str:
        return json.dumps(name, ensure_ascii=self.dice.random() < 0.2)

    def token(self, kind: Any, entry: Json, tree: Json) -> str:
        if self.dice.random() < 0.12:
            return self.dice.choice(TOKENS)
        if isinstance(kind, str):
            return self.fitting(kind, entry)
        if kind["type"] == "struct":
            return self.object(kind["fields"], tree)
        if kind["type"] == "list":
            inner = tree["fields"].get(str(kind["element-id"]), {})
            return (
                "["
                + ",".join(self.token(kind["element"], inner, tree) for _ in range(self.dice.randrange(4)))
                + "]"
            )
        inner = tree["fields"].get(str(kind["value-id"]), {})
        names = [
            self.dice.choice(("k", "l", "é", "", "😀", "\uff5e", "a/b"))
            for _ in range(self.dice.randrange(4))
        ]
        return (
            "{"
            + ",".join(f"{self.name(name)}:{self.token(kind['value'], inner, tree)}" for name in names)
            + "}"
        )

    def fitting(self, kind: str, entry: Json) -> str:
        """A token that is right as often as not."""
        wire, meaning = entry.get("wire", ""), entry.get("as", kind)
        number = self.dice.choice(
            ("0", "7", "-0", "1", "12", "-5", "99", "1e1", "12.5", "0.10", "-0.01", "1.100")
        )
        if (
            meaning in ("int", "long", "float", "double")
            or kind.startswith("decimal")
            or wire.startswith(("epoch", "ms", "us"))
        ):
            if wire == "unscaled_base64":
                return self.dice.choice(('"CQ=="', '"/w=="', '"AAk="', '"fw=="', '"f///"'))
            is_text = (
                wire in ("string",)
                or wire.endswith("_text")
                or (wire == "either" and self.dice.random() < 0.5)
            )
            return f'"{number}"' if is_text else number
        texts = {
            "boolean": ('"true"', '"false"') if wire else ("true", "false"),
            "date": ('"2026-11-29"', '"1999-12-31"', '"0001-01-01"'),
            "timestamp": ('"2026-11-29T13:00:00"', '"1969-12-31 23:59:59.5"'),
            "timestamptz": (
                '"2026-11-29T13:00:00Z"',
                '"2026-11-29t12:00:00.25+23:59"',
                '"1969-12-31 23:59:59.1234567Z"',
            ),
            "time": ('"00:00:00"', '"23:59:59.9"'),
            "binary": {"hex": ('"00"', '"aBcD"'), "base64url": ('"-_-_"', '"aGk"')}.get(
                wire, ('"aGk="', '""', '"AAAA"')
            ),
            "uuid": ('"0f8fad5b-d9cb-469f-a165-70867728950e"',),
        }.get(meaning)
        return (
            self.dice.choice(texts or TOKENS)
            if meaning != "string"
            else self.dice.choice(('"a"', '"é"', '"12"', '"abc"'))
        )

    def around(self) -> Json:
        return {
            "key": self.dice.choice(
                (*[None] * 5, b"k", b"1", b"", b"\xff", b' {"a": 1} ', b"\x00\x00\x00\x00\x01k")
            ),
            "headers": tuple(
                (
                    self.dice.choice((b"a", b"x", b"\xff", "é".encode())),
                    self.dice.choice((None, b"a", b"12", b"", b"\xff")),
                )
                for _ in range(self.dice.choice((0, 0, 1, 2)))
            ),
            "timestamp": self.dice.choice(
                (-1, 0, *[1764421200123] * 9, 253402300799999, -62135596800001, 2**62)
            ),
        }
