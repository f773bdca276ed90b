"""Values without parts in Arrow's own layout, byte by byte.

No step here converts: ``pa.array`` makes 1 of 1.5 and infinity of 1e39 without a word, and it imports pandas wherever
that is installed. A value of another class than the judge gives is refused.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

import pyarrow as pa

from waybill_contracts.document import Primitive

_DECIMAL_BYTES = 16
_NULL = type(None)

Buffers = list["pa.Buffer | None"]


def leaf_array(of: Primitive, kind: pa.DataType, values: Sequence[Any]) -> pa.Array[Any]:
    """``kind`` is the Arrow type of ``of``. Raises ``TypeError`` for what no judge returns."""
    wanted, zero, layout = _LEAVES[of.kind]
    if strange := {*map(type, values)} - {wanted, _NULL}:
        names = ", ".join(sorted(one.__name__ for one in strange))
        raise TypeError(f"a {of.spelling} is a {wanted.__name__} or None to the judge, not {names}")
    known = [zero if one is None else one for one in values] if None in values else values
    return pa.Array.from_buffers(kind, len(values), [validity(values), *layout(known)])


def zero_of(of: Primitive) -> Any:
    """What stands where nobody looks."""
    return _LEAVES[of.kind][1]


def validity(values: Sequence[Any]) -> pa.Buffer | None:
    return _bits([one is not None for one in values]) if None in values else None


def offsets(lengths: Sequence[int]) -> pa.Buffer:
    """Raises ``OverflowError`` where an array would have 2 GiB or more."""
    return pa.py_buffer(array("i", accumulate(lengths, initial=0)))


def _bits(values: Sequence[bool]) -> pa.Buffer:
    digits = "".join("1" if one else "0" for one in reversed(values))
    return pa.py_buffer(int(digits or "0", 2).to_bytes((len(values) + 7) // 8, "little"))


def _booleans(values: Sequence[bool]) -> Buffers:
    return [_bits(values)]


def _numbers(code: str) -> Callable[[Sequence[Any]], Buffers]:
    return lambda values: [pa.py_buffer(array(code, values))]


def _decimals(values: Sequence[int]) -> Buffers:
    return [pa.py_buffer(b"".join([one.to_bytes(_DECIMAL_BYTES, "little", signed=True) for one in values]))]


def _texts(values: Sequence[str]) -> Buffers:
    return _bytes([one.encode() for one in values])


def _bytes(values: Sequence[bytes]) -> Buffers:
    return [offsets([*map(len, values)]), pa.py_buffer(b"".join(values))]


_LEAVES: dict[str, tuple[type, Any, Callable[[Sequence[Any]], Buffers]]] = {
    "boolean": (bool, False, _booleans),
    "int": (int, 0, _numbers("i")),
    "long": (int, 0, _numbers("q")),
    "double": (float, 0.0, _numbers("d")),
    "decimal": (int, 0, _decimals),
    "date": (int, 0, _numbers("i")),
    "timestamp": (int, 0, _numbers("q")),
    "timestamptz": (int, 0, _numbers("q")),
    "string": (str, "", _texts),
    "binary": (bytes, b"", _bytes),
}
