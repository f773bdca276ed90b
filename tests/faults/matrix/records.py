"""Records as no contract wants them, between good ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from faults.matrix.cell import Cell
from faults.promises import Promise
from faults.records import event, without
from faults.rig import Rig

LONG = "x" * 900_000
DEEP = 100_000


def dead(values: Sequence[bytes | None]) -> Callable[[Rig], str]:
    """Each of the values is a dead letter with its bytes; its neighbours are rows."""

    def play(rig: Rig) -> str:
        rig.fill(20, 0)
        rig.produce([one for n, value in enumerate(values) for one in (value, event(50_000 + n))])
        driver = rig.deliver()
        assert driver.summary()["dead"] == len(values)
        return f"{len(values)} dead letters, exit code 0"

    return play


def rows(
    values: Sequence[bytes], *, key: bytes | None = b"key", repeated: bool = False
) -> Callable[[Rig], str]:
    """Each of the values is a row."""

    def play(rig: Rig) -> str:
        rig.repeated_ids = repeated
        rig.fill(20, 0)
        rig.produce(values, key=key)
        driver = rig.deliver()
        assert driver.summary()["dead"] == 0
        return f"{len(values)} rows, exit code 0"

    return play


def _number(field: str, text: str, number: int = 70_000) -> bytes:
    """The event with a number as JSON spells it, whether Python can or not."""
    return event(number, **{field: 12345.5}).replace(b"12345.5", text.encode())


def padded(number: int) -> bytes:
    """Valid, and 900 KB long: spaces between tokens mean nothing."""
    return event(number).replace(b"{", b"{" + b" " * len(LONG))


def _cell(name: str, what: str, play: Callable[[Rig], str]) -> Cell:
    return Cell(f"record-{name}", "records", "any", what, Promise.DEAD_LETTERS, play)


RECORDS = (
    _cell("no-key", "records without key", rows([event(60_000 + n) for n in range(20)], key=None)),
    _cell("null-value", "null and empty values", dead([None, b"", None])),
    _cell("long", "900 KB values", dead([LONG.encode(), event(60_000, no_such_field=LONG)])),
    _cell(
        "long-row",
        "900 KB in a valid event",
        rows([padded(60_001), event(60_002)]),
    ),
    _cell(
        "invalid-utf8",
        "invalid UTF-8",
        dead([b"\xff\xfe", event(60_000).replace("José".encode(), b"Jos\xe9")]),
    ),
    _cell(
        "deep",
        "JSON 100,000 levels deep",
        dead([b"[" * DEEP + b"]" * DEEP, event(60_001).replace(b'"Ohio"', b"[" * DEEP + b"]" * DEEP)]),
    ),
    _cell(
        "out-of-range",
        "numbers out of range",
        dead(
            [
                event(60_000, latitude=91),
                event(60_001, longitude=-180.5),
                _number("latitude", "1e999"),
                _number("latitude", "1" + "0" * 400),
                _number("latitude", "NaN"),
            ]
        ),
    ),
    _cell(
        "repeated-field",
        "field names repeated",
        rows([event(60_001).replace(b'{"id":', b'{"id":"no uuid","id":')]),
    ),
    _cell("repeated-ids", "one event twice", rows([event(60_000), event(60_000)], repeated=True)),
    _cell("unknown-field", "unknown fields", dead([event(60_000, more=1), event(60_001, ID="x")])),
    _cell("missing-field", "missing fields", dead([without(60_001, "email"), without(60_002, "id"), b"{}"])),
    _cell(
        "wrong-type",
        "wrong types",
        dead([event(60_001, email=42), event(60_002, id=None), b"[1]", b'"text"']),
    ),
)
