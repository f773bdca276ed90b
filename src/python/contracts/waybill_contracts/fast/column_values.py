"""A column's values from the tokens of a block. Those that Arrow reads are those that the judge's check would have; for
the others that check is asked, one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from waybill_contracts.document import ContractDocument, DescribedValue, Primitive
from waybill_contracts.fast import moments_in_arrow as moments
from waybill_contracts.fast import numbers_in_arrow as numbers
from waybill_contracts.fast.arrow_scalars import as_array
from waybill_contracts.fast.record_bytes import Truths, as_arrow
from waybill_contracts.fast.rules_in_arrow import rules_in_arrow
from waybill_contracts.fast.texts import are_there, texts_of, tokens_of
from waybill_contracts.scanning import NumberText
from waybill_contracts.types import FIRST_DAY, LAST_DAY, Misfit, scalar_check

_LOOKED_AT = 500
_FEW = 0.25
"""Share of distinct texts up to which it is cheaper to look at each once."""

_UUID = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
_LITERALS: dict[str, Any] = {"true": True, "false": False}

InArrow = Callable[[pa.StringArray], pa.Array]


class ColumnValues:
    def __init__(self, described: DescribedValue, document: ContractDocument, of: pa.DataType) -> None:
        check = scalar_check(described, document)
        assert check is not None and isinstance(described.type, Primitive)  # noqa: S101  # a value without parts
        self._check, self._of = check, of
        rules = rules_in_arrow(described, of)
        self._rules = rules or ()
        self._tokens = _tokens_taken(described.wire)
        self._reads = None if rules is None else _reading(described, described.type, of)
        self._is_costly = (
            bool(described.rules.get("pattern")) or pa.types.is_temporal(of) or self._reads is None
        )

    def read(self, raw: pa.BinaryArray, *, is_text: bool, are_plain: bool = False) -> tuple[pa.Array, Truths]:
        """Null where ``raw`` is; the second says which are values, or null. ``are_plain`` as ``RecordBytes`` has it."""
        null = ~are_there(raw)
        if is_text not in self._tokens:
            return pa.nulls(len(raw), self._of), null
        if is_text or (are_plain and self._reads is not None):
            texts = texts_of(raw, are_plain=are_plain)
        else:
            texts = tokens_of(raw)
        if self._is_costly and _are_few(texts):
            encoded = texts.dictionary_encode()
            values, kept = self._values(encoded.dictionary, is_text=is_text)
            values = values.take(encoded.indices)
            at = pc.fill_null(encoded.indices, 0).to_numpy(zero_copy_only=False)
            kept = are_there(texts) & kept[at] if len(kept) else are_there(texts)
        else:
            values, kept = self._values(texts, is_text=is_text)
        return values, kept | null

    def _values(self, texts: pa.StringArray, *, is_text: bool) -> tuple[pa.Array, Truths]:
        there = are_there(texts)
        if self._reads is None:
            values, kept = pa.nulls(len(texts), self._of), np.zeros(len(texts), np.bool_)
        else:
            values = self._reads(texts)
            for keeps in self._rules:
                values = numbers.only(keeps(values), values)
            kept = are_there(values)
        left = np.flatnonzero(there & ~kept)
        if not len(left):
            return values, kept
        others = texts.take(as_arrow(left))
        if not is_text:  # what Arrow did not read may be no token
            others = tokens_of(others.view(pa.binary()))
            left, others = left[are_there(others)], others.drop_null()
        found = [self._checked(one, is_text=is_text) for one in others.to_pylist()]
        good = np.fromiter((one.__class__ is not Misfit for one in found), np.bool_, len(found))
        patched = np.zeros(len(texts), np.bool_)
        patched[left[good]] = True
        taken = as_array([one for one in found if one.__class__ is not Misfit], self._of)
        kept = kept | patched
        return pc.replace_with_mask(values, as_arrow(patched), taken), kept

    def _checked(self, text: str, *, is_text: bool) -> Any:
        token: Any = text if is_text else _LITERALS.get(text, NumberText(text))
        return self._check(token)


def _tokens_taken(wire: str) -> tuple[bool, ...]:
    """Whether texts are, and whether other tokens are."""
    if wire == "either":
        return True, False
    is_bare = wire in (
        "number",
        "token",
        "epoch_days",
        "ms",
        "us",
        "epoch_s",
        "epoch_ms",
        "epoch_us",
        "epoch_ns",
    )
    return (not is_bare,)


def _are_few(texts: pa.StringArray) -> bool:
    if len(texts) < _LOOKED_AT:
        return False
    distinct: int = pc.count_distinct(texts.slice(0, _LOOKED_AT)).as_py()
    return distinct <= _FEW * _LOOKED_AT


def _reading(described: DescribedValue, kind: Primitive, of: pa.DataType) -> InArrow | None:
    """``None`` where only the check reads it. A number is the same with quotation marks and without."""
    wire = described.wire
    match kind.family:
        case "string":
            return lambda texts: texts
        case "boolean":
            return lambda texts: pc.equal(
                numbers.only(pc.is_in(texts, pa.array([*_LITERALS])), texts), "true"
            )
        case "int":
            return lambda texts: numbers.whole_numbers(texts, -(2**31), 2**31 - 1)
        case "long":
            return lambda texts: numbers.whole_numbers(texts, -(2**63), 2**63 - 1)
        case "double":
            return numbers.doubles
        case "float":
            return numbers.floats
        case "decimal" if wire != "unscaled_base64":
            return lambda texts: numbers.decimals(texts, of)
        case "date" if wire == "epoch_days":
            return lambda texts: numbers.whole_numbers(texts, FIRST_DAY, LAST_DAY).cast(pa.int32()).view(of)
        case "date":
            return moments.days
        case "time" if wire == "text":
            return moments.times
        case "timestamp" | "timestamptz" if wire.startswith("epoch"):
            return lambda texts: moments.epochs(texts, wire, of, floors=described.floors)
        case "timestamp" | "timestamptz":
            return lambda texts: moments.moments(texts, wire, of)
        case "uuid":
            return lambda texts: numbers.only(pc.match_substring_regex(texts, _UUID), texts)
    return None
