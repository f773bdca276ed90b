"""Made-up orders in Avro, as many a second as a disk takes: those of ``NestedOrders``, in Confluent's frame."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from waybill_bench.contracts.orders import MadeUpOrders, order_id

_FRAME = b"\x00\x00\x00\x00\x2a"
_NULL, _PRESENT, _END = b"\x00", b"\x02", b"\x00"
_FEW = lru_cache(maxsize=65_536)


@dataclass(frozen=True)
class AvroOrders(MadeUpOrders):
    """Of ``avro.contract.json``, which has the writer's schema in it."""

    def _made(self, note: str) -> Iterator[tuple[str, bytes]]:
        chance = random.Random(self.seed)
        stamp, country, last = _long(int(datetime.now(UTC).timestamp() * 10**6)), _text("DK"), _text(note)
        number = 0
        while True:
            luck = chance.random()
            order, mix = order_id(luck, number), int(luck * 2**40)
            count = 1 + number % 3
            yield (
                order,
                b"".join(
                    (
                        _FRAME,
                        *(_text(order), stamp, _decimal(mix % 10**7 * 100 + mix % 90 + 10)),
                        *(_text(f"Ida {mix % 9973}"), _PRESENT, country, _long(count)),
                        *(_line(mix + place * 7919) for place in range(count)),
                        *(_END, _PRESENT, _text(f"{8 + mix % 12:02}:{mix % 60:02}:00"), last),
                    )
                ),
            )
            number += 1


def _line(mix: int) -> bytes:
    discount = _PRESENT + _decimal(mix % 900 + 100) if mix % 4 else _NULL
    return b"".join(
        (_text(f"S-{mix % 5000}"), _long(mix % 20 + 1), _decimal(mix % 3000 * 100 + mix % 90 + 10), discount)
    )


@_FEW
def _text(text: str) -> bytes:
    found = text.encode()
    return _long(len(found)) + found


@_FEW
def _long(number: int) -> bytes:
    """Of a number that is not negative."""
    left, found = 2 * number, bytearray()
    while left > 0x7F:
        found.append(left & 0x7F | 0x80)
        left >>= 7
    return bytes((*found, left))


@_FEW
def _decimal(unscaled: int) -> bytes:
    size = unscaled.bit_length() // 8 + 1
    return _long(size) + unscaled.to_bytes(size, "big", signed=True)
