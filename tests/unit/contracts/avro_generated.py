"""Writers' schemas, contracts over them, and datums, from a seed."""

from __future__ import annotations

import json
import struct
from typing import Any

from unit.contracts.avro_bytes import array, logical, mapped, record, sized, whole
from unit.contracts.documents import Json, field, list_of, map_of, raw, struct_of
from unit.contracts.generated import SCALARS, Maker

NAMES = ("a", "b", "c", "d", "way", "in", "x")
WHOLES = (0, 1, 1, 2, 7, 7, 63, 64, -1, 2**31 - 1, -(2**31), 86_399_999, 2_932_896)
LONGS = (
    *WHOLES,
    *WHOLES[:8],
    2**63 - 1,
    -(2**63),
    86_400_000,
    1764421200123,
    -619524000000,
    1764421200123456,
)
TEXTS = (
    "",
    "a",
    "é",
    "12",
    "1.5",
    "true",
    "null",
    "[1]",
    "2026-11-29",
    "2026-11-29T13:00:00Z",
    "aGk=",
    "00ff",
)
TEXTS += ("0F8FAD5B-d9cb-469f-a165-70867728950e", "13:00:00", "abc", "😀")
DOUBLES = (0.0, -0.0, 0.1, 1.5, 1e300, float("inf"), float("nan"), 5e-324)

PLAIN: tuple[Any, ...] = (
    *("null", "boolean", "int", "long", "float", "double", "bytes", "string", "string", "int", "long"),
    *(logical("int", one) for one in ("date", "time-millis", "timestamp-millis")),
    *(
        logical("long", f"{zone}timestamp-{unit}")
        for zone in ("", "local-")
        for unit in ("millis", "micros", "nanos")
    ),
    logical("long", "time-micros"),
    logical("string", "uuid"),
    *(logical("bytes", "decimal", precision=p, scale=s) for p, s in ((4, 1), (9, 3), (38, 9), (2, 3))),
)
FITTING: dict[str, tuple[Any, Json]] = {
    "null": ("int", {}), "boolean": ("boolean", {}), "int": ("long", {}), "long": ("long", {}), "float": ("double", {}),
    "double": ("double", {}), "bytes": ("binary", {}), "string": ("string", {}), "enum": ("string", {}),
    "fixed": ("binary", {}), "date": ("date", {}), "time-millis": ("string", {"as": "time"}),
    "time-micros": ("string", {"as": "time"}), "uuid": ("string", {"as": "uuid"}), "decimal": ("decimal(38, 9)", {}),
    **{f"timestamp-{unit}": ("timestamptz", {}) for unit in ("millis", "micros", "nanos")},
    **{f"local-timestamp-{unit}": ("timestamp", {}) for unit in ("millis", "micros", "nanos")},
}  # fmt: skip
"""A column that takes most values of the type."""


FRAME = b"\x00\x00\x00\x00\x09"


class AvroMaker(Maker):
    """``schema`` is the writer's, once there is a document."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.named: dict[str, Any] = {}
        self.whole: list[str] = []
        self.schema: Any = None

    def new_name(self) -> str:
        return f"t{len(self.named)}"

    def kept(self, of: Json, *, is_whole: bool = False) -> Json:
        self.named[of["name"]] = of
        self.whole += [of["name"]] * is_whole
        return of

    def type(self, depth: int = 0) -> Any:
        choice = self.dice.random()
        if depth > 2 or choice < 0.5:
            return self.dice.choice(PLAIN)
        if choice < 0.58:
            return self.kept(
                {"type": "enum", "name": self.new_name(), "symbols": ["A", "b", "true"]}, is_whole=True
            )
        if choice < 0.64:
            size = self.dice.choice((0, 1, 2, 16))
            more = self.dice.choice(
                ({}, {"logicalType": "decimal", "precision": 2, "scale": 1}, {"logicalType": "uuid"})
            )
            return self.kept({"type": "fixed", "name": self.new_name(), "size": size, **more}, is_whole=True)
        if choice < 0.72:
            return array(self.type(depth + 1))
        if choice < 0.78:
            return mapped(self.type(depth + 1))
        if choice < 0.88:
            return self.union(depth)
        if choice < 0.92 and self.whole:
            return self.dice.choice(self.whole)
        return self.record_type(depth)

    def union(self, depth: int) -> list[Any]:
        known = {json.dumps(self.key(one)): one for one in (self.type(depth + 1) for _ in range(3))}
        branches = [one for one in known.values() if not isinstance(one, list) and self.key(one) != "null"]
        found = [*branches[: self.dice.choice((1, 1, 2, 3))], *["null"] * (self.dice.random() < 0.7)]
        self.dice.shuffle(found)
        return found or ["null", "int"]

    def key(self, of: Any) -> str:
        return of if isinstance(of, str) else of.get("name", of["type"]) if isinstance(of, dict) else "union"

    def record_type(self, depth: int = 0) -> Json:
        found = record(self.new_name())
        self.kept(found)
        for name in self.dice.sample(NAMES, self.dice.choice((0, 1, 2, 3, 4))):
            kind = self.type(depth + 1)
            if self.dice.random() < 0.05:
                kind = ["null", found["name"]]
            more = {"aliases": [self.dice.choice(NAMES)]} if self.dice.random() < 0.1 else {}
            found["fields"].append({"name": name, "type": kind, **more})
        self.whole.append(found["name"])
        return found

    def defined_once(self, of: Any, known: set[str]) -> Any:
        """The schema with each type defined where its name stands first."""
        if isinstance(of, list):
            return [self.defined_once(one, known) for one in of]
        name = of if isinstance(of, str) else of.get("name")
        if name in known:
            return name
        of = self.named.get(name, of)
        known |= {name} & self.named.keys()
        if isinstance(of, str):
            return of
        parts = {one: self.defined_once(of[one], known) for one in ("items", "values") if one in of}
        if "fields" in of:
            parts["fields"] = [{**one, "type": self.defined_once(one["type"], known)} for one in of["fields"]]
        return {**of, **parts}

    def datum(self, of: Any, depth: int = 0) -> bytes:
        if isinstance(of, list):
            ends = [at for at, one in enumerate(of) if one == "null"]
            at = ends[0] if ends and (depth > 6 or self.dice.random() < 0.2) else self.dice.randrange(len(of))
            return whole(at) + self.datum(of[at], depth + 1)
        if isinstance(of, str) and of in self.named:
            return self.datum(self.named[of], depth + 1)
        kind = of if isinstance(of, str) else of["type"]
        match kind:
            case "record":
                return b"".join(self.datum(one["type"], depth + 1) for one in of["fields"])
            case "enum":
                return whole(self.dice.randrange(len(of["symbols"])))
            case "fixed":
                return self.dice.randbytes(of["size"])
            case "array" | "map":
                return self.blocks(of, kind, depth)
        return self.plain(kind)

    def blocks(self, of: Json, kind: str, depth: int) -> bytes:
        found = b""
        for _ in range(self.dice.choice((0, 1, 1, 2)) if depth < 7 else 0):
            count = self.dice.choice((1, 2, 3))
            items = b""
            for _ in range(count):
                key = (
                    sized(self.dice.choice(("k", "l", "é", "a/b", "~", "")).encode())
                    if kind == "map"
                    else b""
                )
                items += key + self.datum(of["items" if kind == "array" else "values"], depth + 1)
            found += (whole(-count) + whole(len(items)) if self.dice.random() < 0.3 else whole(count)) + items
        return found + b"\x00"

    def plain(self, kind: str) -> bytes:
        match kind:
            case "null":
                return b""
            case "boolean":
                return self.dice.choice((b"\x00", b"\x01"))
            case "int" | "long":
                return whole(self.dice.choice(WHOLES if kind == "int" else LONGS))
            case "float":
                return struct.pack("<f", self.dice.choice((*DOUBLES[:4], *DOUBLES[5:])))
            case "double":
                return struct.pack("<d", self.dice.choice(DOUBLES))
            case "bytes":
                return sized(self.dice.randbytes(self.dice.choice((0, 1, 1, 2, 2, 3, 17))))
        return sized(self.dice.choice(TEXTS).encode())

    def altered(self, datum: bytes) -> bytes:
        """Cut, longer, or with another byte."""
        at = self.dice.randrange(len(datum) + 1)
        other = self.dice.choice((b"", self.dice.randbytes(1), b"\xff" * 9, whole(self.dice.choice(LONGS))))
        return datum[:at] + other + datum[at + self.dice.choice((0, 1, len(datum))) :]

    def column(self, of: Any, at: int, depth: int) -> Any:
        """The column's type; what is said of it goes to ``entries``."""
        while isinstance(of, list):
            of = self.dice.choice([one for one in of if one != "null"] or ["null"])
        of = self.named.get(of, of) if isinstance(of, str) else of
        kind = of if isinstance(of, str) else of["type"]
        required = self.dice.random() < 0.1
        if self.dice.random() < 0.04 or depth > 4:
            kind, entry = self.dice.choice(SCALARS)
            if entry.get("as") == "json":
                entry = {**entry, "wire": "string"}
            self.entries.update({str(at): dict(entry)} if entry else {})
            return kind
        if kind == "array":
            item = self.id()
            return list_of(item, self.column(of["items"], item, depth + 1), required=required)
        if kind == "map":
            key, value = self.id(), self.id()
            return map_of(key, value, self.column(of["values"], value, depth + 1), required=required)
        if kind == "record" and of["fields"]:
            return struct_of(*self.columns_of(of, depth + 1))
        name = kind if isinstance(of, str) else of.get("logicalType", kind)
        kind, entry = FITTING.get(name if name in FITTING else kind, ("string", {}))
        self.entries.update({str(at): dict(entry)} if entry else {})
        return kind

    def columns_of(self, of: Json, depth: int) -> list[Json]:
        names = [one["name"] for one in of["fields"] if self.dice.random() < 0.95]
        if not names or self.dice.random() < 0.1:
            names.append(self.dice.choice([one for one in (*NAMES, "y") if one not in names]))
        self.dice.shuffle(names)
        types = {one["name"]: one["type"] for one in of["fields"]}
        found = []
        for name in names:
            at = self.id()
            kind = self.column(types.get(name, "int"), at, depth)
            found.append(field(at, name, kind, required=self.dice.random() < 0.1))
            if self.dice.random() < 0.1:
                place = self.dice.choice((f"/way/{name}", f"/x/in/{name}"))
                if not {"way", "x"} & set(names):
                    self.entries.setdefault(str(at), {})["from"] = place
        return found

    def document(self) -> Json:
        root = self.record_type()
        self.schema = root if self.dice.random() < 0.85 else [root, "null", self.record_type()]
        more: Json = {"extra": self.dice.choice(("dead", "ignore", "ignore", "ignore"))}
        if self.dice.random() < 0.3:
            more["ignore"] = self.dice.sample(["/x", "/way/x", "/way", "/a/0/x", "/a/k", "/b/x"], 2)
        if self.dice.random() < 0.2:
            more["key"] = {"format": "text"}
            more["tombstones"] = self.dice.choice(("dead", "row"))
        if self.dice.random() < 0.1:
            more["select"] = {"schema": "name", "in": ["t0"]}
        frame = {"frame": "confluent"} if self.dice.random() < 0.2 else {}
        more["value"] = {
            "format": "avro",
            "schema": json.dumps(self.defined_once(self.schema, set())),
            **frame,
        }
        return raw(*self.columns_of(root, 0), entries=self.entries, **more)

    def record(self, tree: Json) -> bytes | None:
        choice = self.dice.random()
        if choice < 0.03:
            return None
        datum = self.datum(self.schema)
        return FRAME * ("frame" in tree["value"]) + (datum if choice < 0.8 else self.altered(datum))
