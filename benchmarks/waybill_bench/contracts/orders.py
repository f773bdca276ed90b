"""Made-up orders of two contracts, flat and nested, spelled as others spell JSON, all of the same size."""

from __future__ import annotations

import builtins
import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from itertools import compress, islice
from typing import Self

from waybill_bench.events import SMALL
from waybill_common.contract.instant import format_instant

ABSENT = 0.2
_LOOKED_AT = 2000
_STATUS = ("new", "paid", "shipped", "cancelled")
_NAMES = ("Ida Holm", "Ane Lund", "Per Dam", "Søren Højgård")
OPTIONAL = ("email", "country", "city", "weight", "express")


class Spelling(StrEnum):
    """Who wrote the JSON."""

    CANONICAL = "canonical"
    """In the contract's order, without white space, nothing left out."""

    PYTHON = "json.dumps"
    """With a blank after each comma and colon, and an escape for each letter beyond ASCII."""

    JACKSON = "Jackson"
    """In an order of its own, without white space."""

    SPARSE = "Jackson, 20 % of optional fields absent"


_JACKSON = (
    *("country", "city", "customer", "created_at", "email", "express", "note", "order_id"),
    *("weight", "price", "quantity", "status"),
)


@dataclass(frozen=True)
class MadeUpOrders:
    """``bytes`` is the mean of a record, however it is spelled."""

    bytes: int = SMALL
    seed: int = 7

    def seeded(self, more: int) -> Self:
        return replace(self, seed=self.seed + more)

    def broken_in(self, count: int) -> int:  # noqa: ARG002  # all are good
        return 0

    def keyed(self, count: int) -> Iterator[tuple[builtins.bytes, builtins.bytes]]:
        filler = "x" * round(self.bytes - self._without_note)
        for key, value in islice(self._made(filler), count):
            yield key.encode(), value

    @cached_property
    def _without_note(self) -> float:
        return _mean_length(self._made(""))

    def _made(self, note: str) -> Iterator[tuple[str, builtins.bytes]]:
        """Without end: an order's id, and its value."""
        raise NotImplementedError


@dataclass(frozen=True)
class FlatOrders(MadeUpOrders):
    """Of ``flat.contract.json``."""

    spelling: Spelling = Spelling.CANONICAL

    def _made(self, note: str) -> Iterator[tuple[str, builtins.bytes]]:
        chance = random.Random(self.seed)
        stamp, spell = format_instant(datetime.now(UTC)), _speller(self.spelling)
        names = [json.dumps(one)[1:-1] if self.spelling is Spelling.PYTHON else one for one in _NAMES]
        number = 0
        while True:
            luck = chance.random()
            order, mix = order_id(luck, number), int(luck * 2**40)
            values = {
                "order_id": f'"{order}"',
                "created_at": f'"{stamp}"',
                "customer": f'"{names[number % 4]} {mix % 9973}"',
                "email": f'"n{number}@a.dk"',
                "country": '"DK"',
                "city": f'"City {mix % 400}"',
                "status": f'"{_STATUS[mix % 4]}"',
                "quantity": str(1 + mix % 30),
                "weight": str(round(luck * 90, 3)),
                "price": str(round(luck * 4000, 2)),
                "express": "true" if number % 3 else "false",
                "note": f'"{note}"',
            }
            yield order, spell(values, chance).encode()
            number += 1


@dataclass(frozen=True)
class NestedOrders(MadeUpOrders):
    """Of ``nested.contract.json``: structs, one to three lines an order, decimals as numbers and as texts, times."""

    def _made(self, note: str) -> Iterator[tuple[str, builtins.bytes]]:
        chance = random.Random(self.seed)
        stamp = format_instant(datetime.now(UTC))
        number = 0
        while True:
            luck = chance.random()
            order, mix = order_id(luck, number), int(luck * 2**40)
            lines = ",".join(_line(mix + place * 7919) for place in range(1 + number % 3))
            yield (
                order,
                (
                    f'{{"order_id":"{order}","created_at":"{stamp}","total":"{mix % 10**7}.{mix % 90 + 10}",'
                    f'"customer":{{"name":"Ida {mix % 9973}","country":"DK"}},"lines":[{lines}],'
                    f'"pickup_at":"{8 + mix % 12:02}:{mix % 60:02}:00","note":"{note}"}}'
                ).encode(),
            )
            number += 1


def _line(mix: int) -> str:
    discount = f'"0.{mix % 900 + 100}"' if mix % 4 else "null"
    return (
        f'{{"sku":"S-{mix % 5000}","quantity":{mix % 20 + 1},"price":{mix % 3000}.{mix % 90 + 10},'
        f'"discount":{discount}}}'
    )


def order_id(luck: float, number: int) -> str:
    mix = f"{int(luck * 2**64) % 2**64:016x}"
    return f"{mix[:8]}-{mix[8:12]}-4{mix[12:15]}-8{mix[15]}00-{number:012x}"


def _speller(spelling: Spelling) -> Callable[[dict[str, str], random.Random], str]:
    if spelling is Spelling.SPARSE:
        return _sparsely
    order = _JACKSON if spelling is Spelling.JACKSON else None
    comma, colon = (", ", ": ") if spelling is Spelling.PYTHON else (",", ":")

    def spell(values: dict[str, str], _: random.Random) -> str:
        return "{" + comma.join([f'"{name}"{colon}{values[name]}' for name in order or values]) + "}"

    return spell


def _sparsely(values: dict[str, str], chance: random.Random) -> str:
    there = [name not in OPTIONAL or chance.random() >= ABSENT for name in _JACKSON]
    return "{" + ",".join([f'"{name}":{values[name]}' for name in compress(_JACKSON, there)]) + "}"


def _mean_length(records: Iterator[tuple[str, bytes]]) -> float:
    found: Sequence[tuple[str, bytes]] = [*islice(records, _LOOKED_AT)]
    return sum(len(value) for _, value in found) / len(found)
