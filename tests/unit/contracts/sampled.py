"""Samples of records from a seed: of one stream, with whatever a producer may do to some of them."""

from __future__ import annotations

import json
import random

from unit.contracts.generated import TOKENS

NAMES = (
    *("id", "Id", "ID", "created_at", "created_at_day", "ts", "ts_ms", "time", "timestamp_day", "amount", "total"),
    *("kafka_offset", "_extra", "extra", "@odata.type", "a.b", "a b", "a/b", "m~n", "", "é", "0", "labels", "x" * 200),
)  # fmt: skip
MORE_TOKENS = (
    *('"1.50"', '"12.345"', '"007"', '"1764421200"', '"1764421200123"', "1764421200", "1764421200123456789"),
    *("1764421200.5", '"2026-11-29T13:00:00+01:00"', "1e-9", "9007199254740993", "1" * 39, "0.1234567890123456789"),
    *('"a1b2"', '"\\u0000"', "1E400", "-1.0"),
)  # fmt: skip
ALL_TOKENS = (*TOKENS, *MORE_TOKENS)


class SampleMaker:
    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self._pool = self._dice.sample(ALL_TOKENS, self._dice.choice((2, 4, 60)))
        self._names = self._dice.sample(NAMES, self._dice.choice((2, 4, 12)))
        self._shapes: dict[tuple[str, ...], str] = {}

    def values(self) -> list[bytes]:
        return [self._value() for _ in range(self._dice.choice((1, 2, 5)))]

    def _value(self) -> bytes:
        choice = self._dice.random()
        if choice < 0.03:
            return self._dice.choice((b"", b"[]", b"1", b"{", b"\xff", b"[" * 101, b'{"a":1,"a":2}'))
        return self._object(()).encode("utf-8", "surrogatepass")

    def _object(self, path: tuple[str, ...]) -> str:
        if not path and self._dice.random() < 0.02:
            return self._nested(self._dice.choice((8, 25, 90)))
        names = [name for name in self._names if self._dice.random() < 0.7]
        if self._dice.random() < 0.1:
            names += [f"{self._dice.randrange(10**6)}" for _ in range(20)]
        if names and self._dice.random() < 0.03:
            names.append(self._dice.choice(names))
        return "{" + ",".join(f"{json.dumps(name)}:{self._token((*path, name))}" for name in names) + "}"

    def _nested(self, depth: int) -> str:
        opened = [self._dice.choice(('{"a":', "[", '{"7":')) for _ in range(depth)]
        closed = "".join("]" if one == "[" else "}" for one in reversed(opened))
        return '{"deep":' + "".join(opened) + self._dice.choice(self._pool) + closed + "}"

    def _token(self, path: tuple[str, ...]) -> str:
        kinds = ("scalar", "scalar", "scalar", "object", "list") if len(path) < 2 else ("scalar",)
        kind = self._shapes.setdefault(path, self._dice.choice(kinds))
        if self._dice.random() < 0.03:
            kind = self._dice.choice(kinds)
        if kind == "object":
            return self._object(path)
        if kind == "list":
            items = (self._token((*path, "*")) for _ in range(self._dice.choice((0, 1, 2))))
            return "[" + ",".join(items) + "]"
        constant = self._shapes.setdefault((*path, "="), self._dice.choice(self._pool))
        return constant if self._dice.random() < 0.8 else self._dice.choice((*self._pool, "null"))
