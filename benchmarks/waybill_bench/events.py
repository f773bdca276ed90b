"""Made-up events of the ``names`` contract, as many a second as a disk takes, and broken ones in between."""

from __future__ import annotations

import builtins
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol, Self

from waybill_common.contract.instant import format_instant

SMALL = 350
"""Bytes of an average event of the API."""

LARGE = 1200
_LARGEST_TEXT = 480
"""The contract takes 512 characters."""


class Records(Protocol):
    """What a topic is filled with."""

    def seeded(self, more: int) -> Self:
        """The same with another seed."""

    def keyed(self, count: int) -> Iterator[tuple[bytes, bytes]]:
        """``count`` keys, each with its value."""

    def broken_in(self, count: int) -> int:
        """How many of them break the contract."""


@dataclass(frozen=True)
class Recipe:
    """Events of ``names``, of ``bytes`` a record, about; ``broken`` is the share that breaks the contract."""

    bytes: int = SMALL
    broken: float = 0.0
    seed: int = 7

    def seeded(self, more: int) -> Self:
        return replace(self, seed=self.seed + more)

    def keyed(self, count: int) -> Iterator[tuple[builtins.bytes, builtins.bytes]]:
        for value in values(self, count):
            yield value[7:43], value

    def broken_in(self, count: int) -> int:
        return count_broken(self, count)


def values(recipe: Recipe, count: int) -> Iterator[bytes]:
    """``count`` values, good ones in canonical form and each with an id of its own.

    Broken ones are cut short, lack a field, or have a country code of seven letters, in turn.
    """
    chance = random.Random(recipe.seed)
    stamp = format_instant(datetime.now(UTC))
    filler = _filler(recipe.bytes, stamp)
    breakings = (
        lambda text: text[:-20],
        lambda text: text.replace('"state":null,', ""),
        lambda text: text.replace('"nat":"DK"', '"nat":"Denmark"'),
    )
    for number in range(count):
        text = _event(number, chance.random(), stamp, filler)
        if recipe.broken and chance.random() < recipe.broken:
            text = breakings[number % 3](text)
        yield text.encode()


def count_broken(recipe: Recipe, count: int) -> int:
    """How many of ``values(recipe, count)`` are broken."""
    if not recipe.broken:
        return 0
    chance = random.Random(recipe.seed)
    return sum((chance.random(), chance.random())[1] < recipe.broken for _ in range(count))


def _filler(size: int, stamp: str) -> tuple[str, str]:
    missing = max(0, size - len(_event(0, 0.5, stamp, ("", ""))))
    return "x" * min(missing, _LARGEST_TEXT), "y" * max(0, min(missing - _LARGEST_TEXT, _LARGEST_TEXT))


def _event(number: int, chance: float, stamp: str, filler: tuple[str, str]) -> str:
    """Some hundreds of cities and some thousands of postcodes, as the API has them."""
    mix = f"{int(chance * 2**64) % 2**64:016x}"
    place = int(chance * 5000)
    postcode = f"{place * 0x9E3779B97F4A7C15 % 2**64:016x}" * 4
    location, name = filler
    return (
        f'{{"id":"{mix[:8]}-{mix[8:12]}-4{mix[12:15]}-8{mix[15]}00-{number:012x}",'
        f'"full_name":"Ms Ida Holm{name}","gender":"{"female" if number % 2 else "male"}",'
        f'"location":"{number % 9000 + 1}, Kaj{location}","city":"City {place % 400}","state":null,'
        f'"country":"Denmark","nat":"DK","postcode":"k1:{postcode}",'
        f'"latitude":{round(chance * 170 - 85, 4)},"longitude":{round(chance * 350 - 175, 4)},'
        f'"email":"n{number}@a.dk","produced_at":"{stamp}"}}'
    )
