"""From the bytes between two quotation marks to the text that they spell; from other tokens to theirs."""

from __future__ import annotations

from _json import scanstring

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from waybill_contracts.fast.record_bytes import BACKSLASH, FIRST_PLAIN, Truths, as_arrow, as_booleans

_NOT_PLAIN = r"[\x00-\x1f\\]"
"""What JSON has no room for in a text, and what begins an escape."""

_NUMBER_OR_TRUTH = r"^(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false)$"
"""No number is longer than ``LONGEST_BARE``."""


def texts_of(raw: pa.BinaryArray, *, are_plain: bool = False) -> pa.StringArray:
    """Null where there is none, and where the bytes spell no text. ``are_plain`` as ``RecordBytes`` has it."""
    if are_plain:
        return raw.view(pa.string())
    if _has_plain_bytes(raw):
        return decoded(raw)
    plain = pc.fill_null(pc.invert(pc.match_substring_regex(raw, _NOT_PLAIN)), fill_value=True)
    texts = decoded(pc.if_else(plain, raw, None))
    others = np.flatnonzero(~as_booleans(plain))
    if not len(others):
        return texts
    found = [_unescaped(one) for one in raw.take(as_arrow(others)).to_pylist()]
    return pc.replace_with_mask(texts, pc.invert(plain), pa.array(found, pa.string()))


def tokens_of(raw: pa.BinaryArray) -> pa.StringArray:
    """Numbers, ``true`` and ``false``; null where there is none of them."""
    spelled = pc.match_substring_regex(raw, _NUMBER_OR_TRUTH)
    return (raw if _holds_all(spelled) else pc.if_else(spelled, raw, None)).cast(pa.string())


def are_there(found: pa.Array) -> Truths:
    return as_booleans(found.is_valid()) if found.null_count else np.ones(len(found), np.bool_)


def _holds_all(kept: pa.BooleanArray) -> bool:
    return not kept.null_count and kept.true_count == len(kept)


def _has_plain_bytes(raw: pa.BinaryArray) -> bool:
    data = raw.buffers()[2]
    if data is None or not data.size:
        return True
    units = np.frombuffer(data, np.uint8)
    return bool(units.min() >= FIRST_PLAIN) and not bool((units == BACKSLASH).any())


def decoded(raw: pa.BinaryArray) -> pa.StringArray:
    try:
        return raw.cast(pa.string())
    except pa.ArrowInvalid:
        return pa.array([_text(one) for one in raw.to_pylist()], pa.string())


def _text(value: bytes | None) -> str | None:
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return None


def _unescaped(value: bytes) -> str | None:
    """What stands before the first quotation mark that no escape has; there is none in ``value`` but for that."""
    try:
        text, end = scanstring(f'{value.decode()}"', 0, True)  # noqa: FBT003  # it takes no keyword
        text.encode()
    except ValueError:
        return None
    return text if end == len(value.decode()) + 1 else None
