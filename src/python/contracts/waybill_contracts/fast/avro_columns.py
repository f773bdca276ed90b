"""A contract's columns of many datums at once: a writer's schema and the contract put together into steps over lanes.

What a step can't settle makes its lane bad, and the judge sees that record: it may be a row all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from waybill_contracts.avro import (
    ArrayType,
    AvroType,
    MapType,
    PlainType,
    RecordType,
    UnionType,
    is_null,
    takes_no_bytes,
)
from waybill_contracts.document import DescribedValue, ListOf, MapOf, Primitive, StructOf
from waybill_contracts.fast.avro_leaves import leaf_column, skipped
from waybill_contracts.fast.datum_lanes import Lanes
from waybill_contracts.fast.nulls import nulls_of, spread
from waybill_contracts.fast.record_bytes import WholeNumbers, as_arrow
from waybill_contracts.resolution import taken_fields
from waybill_contracts.types import Places, places_of

_STRING = PlainType("string")
_KEY = DescribedValue(0, "key", Primitive("string"), required=True)

MOST_ITEMS = 64
"""Of an array or a map: each is a step for all lanes that have as many."""

FEW_STEPS = 4
FEW_LANES = 64
"""With less lanes the judge is sooner done."""

Walk = Callable[[Lanes], "pa.Array"]
Pass = Callable[[Lanes], object]
Way = tuple[str, ...]


class NotFast(Exception):
    """No datum that has this value is read here."""


@dataclass(frozen=True)
class AvroColumns:
    """``extra`` and ``ignore`` are the contract's: fields without a column are passed where they may be left out."""

    extra: str
    ignore: tuple[Way, ...]

    def of_record(
        self, of: RecordType, struct: StructOf, kinds: Sequence[pa.DataType]
    ) -> Callable[[Lanes], list[Any]]:
        """The struct's columns, in the contract's order, of a record at the datum's root. Raises ``NotFast``."""
        return self._struct(of, struct, kinds, (), (of.name,))

    def _struct(
        self, of: RecordType, struct: StructOf, kinds: Sequence[pa.DataType], where: Way | None, around: Way
    ) -> Callable[[Lanes], list[Any]]:
        """``where`` is the way to the record, where no list or map is on it; ``around`` the records that it is in."""
        columns = {one.place: (at, one, kinds[at]) for at, one in enumerate(struct.fields)}
        steps = self._steps(of, places_of(struct), (), columns, where, around)
        count = len(kinds)

        def walk(lanes: Lanes) -> list[Any]:
            found: list[Any] = [None] * count
            for step in steps:
                step(lanes, found)
            for at, one in enumerate(found):
                if one is None:
                    found[at] = nulls_of(kinds[at], len(lanes))
            return found

        absent = {at for at, _, _ in columns.values()} - self._reached(of, places_of(struct), (), columns)
        if any(struct.fields[at].required for at in absent):
            raise NotFast
        return walk

    def _reached(self, of: AvroType, places: Places, way: Way, columns: dict[Way, Any]) -> set[int]:
        """Which columns some field is there for."""
        found: set[int] = set()
        record = of.beside_null if isinstance(of, UnionType) else of
        if not isinstance(record, RecordType):
            return found
        for token, at in taken_fields(record, places).items():
            further, here = places[token], (*way, token)
            if further is None:
                found.add(columns[here][0])
            else:
                found |= self._reached(record.fields[at].type, further, here, columns)
        return found

    def _steps(
        self,
        of: RecordType,
        places: Places,
        way: Way,
        columns: dict[Way, Any],
        where: Way | None,
        around: Way,
    ) -> list[Callable[[Lanes, list[Any]], None]]:
        tokens = {at: token for token, at in taken_fields(of, places).items()}
        steps = []
        for at, field in enumerate(of.fields):
            token = tokens.get(at)
            here = None if where is None else (*where, token or field.name)
            if token is None:
                if not self._is_left_out(here):
                    raise NotFast
                if not takes_no_bytes(field.type):
                    steps.append(_passing(self._passed(field.type, around)))
                continue
            further = places[token]
            if further is not None:
                steps.append(self._on_the_way(field.type, further, (*way, token), columns, here, around))
                continue
            index, column, kind = columns[(*way, token)]
            steps.append(_putting(index, self._value(field.type, column, kind, here, around)))
        return steps

    def _is_left_out(self, where: Way | None) -> bool:
        if self.extra == "ignore":
            return True
        return where is not None and any(where[: len(one)] == one for one in self.ignore)

    def _on_the_way(
        self, of: AvroType, places: Places, way: Way, columns: dict[Way, Any], where: Way | None, around: Way
    ) -> Callable[[Lanes, list[Any]], None]:
        """A record that only leads to columns; where it may be null, they are null then."""
        record = of.beside_null if isinstance(of, UnionType) else of
        if not isinstance(record, RecordType) or takes_no_bytes(record):
            raise NotFast
        inside = (*around, _once(record, around))
        steps = self._steps(record, places, way, columns, where, inside)
        mine = [columns[one] for one in columns if one[: len(way)] == way]

        def walk(lanes: Lanes, found: list[Any]) -> None:
            for step in steps:
                step(lanes, found)

        if not isinstance(of, UnionType):
            return walk
        null = 0 if is_null(of.branches[0]) else 1

        def walk_some(lanes: Lanes, found: list[Any]) -> None:
            there = _branches(lanes, 2) != null
            which = np.flatnonzero(there)
            some = lanes.some(which)
            walk(some, found)
            lanes.follow(which, some)
            for at, column, _ in mine:
                if found[at] is not None:
                    found[at] = spread(found[at], which, len(lanes))
                if column.required:
                    lanes.spoil(~there)

        return walk_some

    def _value(self, of: AvroType, column: DescribedValue, kind: Any, where: Way | None, around: Way) -> Walk:
        if isinstance(of, UnionType):
            return self._union(of, column, kind, where, around)
        if takes_no_bytes(of):
            if not is_null(of) or column.required:
                raise NotFast
            return lambda lanes: nulls_of(kind, len(lanes))
        match column.type:
            case Primitive():
                leaf = (
                    None
                    if isinstance(of, ArrayType | MapType | RecordType)
                    else leaf_column(of, column, kind)
                )
                return leaf or _none()
            case StructOf() if isinstance(of, RecordType):
                inside = (*around, _once(of, around))
                kinds = [kind.field(at).type for at in range(kind.num_fields)]
                walk = self._struct(of, column.type, kinds, where, inside)
                fields = [kind.field(at) for at in range(kind.num_fields)]
                return lambda lanes: pa.StructArray.from_arrays(walk(lanes), fields=fields)
            case ListOf(item) if isinstance(of, ArrayType):
                return self._list(of, column, item, kind, around)
            case MapOf(value=each) if isinstance(of, MapType):
                return self._map(of, column, each, kind, around)
        return _none()

    def _union(
        self, of: UnionType, column: DescribedValue, kind: Any, where: Way | None, around: Way
    ) -> Walk:
        parts = [self._branch(one, column, kind, where, around) for one in of.branches]
        nulls = [at for at, one in enumerate(of.branches) if is_null(one)]

        def walk(lanes: Lanes) -> pa.Array:
            branch = _branches(lanes, len(parts))
            if column.required and nulls:
                lanes.spoil(np.isin(branch, nulls))
            if len(lanes) and (branch == branch[0]).all():
                return parts[branch[0]](lanes)
            found, owners = [nulls_of(kind, 0)], [np.zeros(0, np.int64)]
            for at, part in enumerate(parts):
                which = np.flatnonzero(branch == at)
                if len(which):
                    some = lanes.some(which)
                    found.append(part(some))
                    lanes.follow(which, some)
                    owners.append(which)
            return pa.concat_arrays(found).take(as_arrow(np.argsort(np.concatenate(owners))))

        return walk

    def _branch(
        self, of: AvroType, column: DescribedValue, kind: Any, where: Way | None, around: Way
    ) -> Walk:
        """Of a branch that can't be read here the records are the judge's; the others are as good as ever."""
        if is_null(of):
            return lambda lanes: nulls_of(kind, len(lanes))
        try:
            return self._value(of, column, kind, where, around)
        except NotFast:
            return _spoiling(kind)

    def _list(
        self, of: ArrayType, column: DescribedValue, item: DescribedValue, kind: Any, around: Way
    ) -> Walk:
        if takes_no_bytes(of.items):
            raise NotFast
        inner = self._value(of.items, item, kind.value_type, None, around)
        empty = nulls_of(kind.value_type, 0)

        def walk(lanes: Lanes) -> pa.Array:
            counts, items, order = _items(lanes, inner, empty)
            _count(lanes, counts, column, "Items")
            found = items.take(as_arrow(order))
            return pa.Array.from_buffers(kind, len(lanes), [None, _ends(counts)], children=[found])

        return walk

    def _map(self, of: MapType, column: DescribedValue, each: DescribedValue, kind: Any, around: Way) -> Walk:
        """Sorted by their keys' bytes. A key twice is the judge's to tell."""
        keys = leaf_column(_STRING, _KEY, pa.string())
        assert keys is not None  # noqa: S101  # a string is a string
        inner = (
            _none()
            if takes_no_bytes(of.values)
            else self._value(of.values, each, kind.item_type, None, around)
        )
        entry = pa.struct([kind.key_field, kind.item_field])
        empty = nulls_of(entry, 0)

        def pairs(lanes: Lanes) -> pa.Array:
            known = keys(lanes)
            return pa.StructArray.from_arrays([known, inner(lanes)], fields=[kind.key_field, kind.item_field])

        def walk(lanes: Lanes) -> pa.Array:
            counts, found, order = _items(lanes, pairs, empty)
            _count(lanes, counts, column, "Properties")
            found = found.take(as_arrow(order))
            owner = np.repeat(np.arange(len(lanes)), counts)
            known = pa.table({"owner": as_arrow(owner), "key": found.field(0)})
            at = pc.sort_indices(known, [("owner", "ascending"), ("key", "ascending")])
            found = found.take(at)
            text = found.field(0)
            again = pc.equal(text.slice(1), text.slice(0, max(0, len(text) - 1))).to_numpy(
                zero_copy_only=False
            )
            twice = np.zeros(len(lanes), np.bool_)
            if len(again):
                twice[owner[1:][again.astype(np.bool_) & (owner[1:] == owner[:-1])]] = True
            lanes.spoil(twice)
            return pa.Array.from_buffers(kind, len(lanes), [None, _ends(counts)], children=[found])

        return walk

    def _passed(self, of: AvroType, around: Way) -> Pass:
        """Of a value that no column has."""
        match of:
            case RecordType():
                inside = (*around, _once(of, around))
                parts = [self._passed(one.type, inside) for one in of.fields if not takes_no_bytes(one.type)]
                return lambda lanes: [part(lanes) for part in parts]
            case UnionType():
                return self._passed_union(of, around)
            case ArrayType(items=items):
                if takes_no_bytes(items):
                    return _none()
                return _passed_items(self._passed(items, around))
            case MapType(values=values):
                parts = [skipped(_STRING)]
                parts += [] if takes_no_bytes(values) else [self._passed(values, around)]
                return _passed_items(lambda lanes: [part(lanes) for part in parts])
        return skipped(of)

    def _passed_union(self, of: UnionType, around: Way) -> Pass:
        parts = [self._passed_branch(one, around) for one in of.branches]

        def walk(lanes: Lanes) -> None:
            branch = _branches(lanes, len(parts))
            for at, part in enumerate(parts):
                which = np.flatnonzero(branch == at)
                if part is not None and len(which):
                    some = lanes.some(which)
                    part(some)
                    lanes.follow(which, some)

        return walk

    def _passed_branch(self, of: AvroType, around: Way) -> Pass | None:
        if takes_no_bytes(of):
            return None
        try:
            return self._passed(of, around)
        except NotFast:
            return _spoiling(pa.null())


def _putting(index: int, walk: Walk) -> Callable[[Lanes, list[Any]], None]:
    def put(lanes: Lanes, found: list[Any]) -> None:
        found[index] = walk(lanes)

    return put


def _passing(passed: Pass) -> Callable[[Lanes, list[Any]], None]:
    def step(lanes: Lanes, _found: list[Any]) -> None:
        passed(lanes)

    return step


def _once(of: RecordType, around: Way) -> str:
    """A record in itself is read by the judge."""
    if of.name in around:
        raise NotFast
    return of.name


def _none() -> Walk:
    raise NotFast


def _spoiling(kind: pa.DataType) -> Walk:
    def walk(lanes: Lanes) -> pa.Array:
        lanes.spoil(np.ones(len(lanes), np.bool_))
        return nulls_of(kind, len(lanes))

    return walk


def _branches(lanes: Lanes, count: int) -> WholeNumbers:
    """Of a lane that names none, the first."""
    branch = lanes.whole()
    out = (branch < 0) | (branch >= count)
    lanes.spoil(out)
    return np.where(out, 0, branch)


def _items(lanes: Lanes, item: Walk, empty: pa.Array) -> tuple[WholeNumbers, pa.Array, WholeNumbers]:
    """How many items each lane has, all of them step by step, and the order that makes those of a lane neighbours."""
    parts, owners = [empty], [np.zeros(0, np.int64)]

    def take(some: Lanes, which: WholeNumbers) -> None:
        parts.append(item(some))
        owners.append(which)

    counts = _step_by_step(lanes, take)
    return counts, pa.concat_arrays(parts), np.argsort(np.concatenate(owners), kind="stable")


def _passed_items(item: Pass) -> Pass:
    return lambda lanes: _step_by_step(lanes, lambda some, _which: item(some))


def _step_by_step(lanes: Lanes, take: Callable[[Lanes, WholeNumbers], object]) -> WholeNumbers:
    """Items stand in one block; what comes in several is the judge's. So is what only a few lanes have so much of: a
    step costs as much for them as for thousands, and lists in lists have a multiple of each other's steps."""
    counts = lanes.whole()
    lanes.spoil((counts < 0) | (counts > MOST_ITEMS))
    counts = np.where(lanes.bad, 0, counts)
    for step in range(int(counts.max(initial=0))):
        which = np.flatnonzero(counts > step)
        if step >= FEW_STEPS and len(which) < FEW_LANES:
            lanes.bad[which], counts[which] = True, step
            break
        some = lanes.some(which)
        take(some, which)
        lanes.follow(which, some)
    _end_blocks(lanes, counts)
    return counts


def _end_blocks(lanes: Lanes, counts: WholeNumbers) -> None:
    which = np.flatnonzero(counts > 0)
    some = lanes.some(which)
    some.spoil(some.whole() != 0)
    lanes.follow(which, some)


def _count(lanes: Lanes, counts: WholeNumbers, column: DescribedValue, what: str) -> None:
    rules: dict[str, Any] = column.rules
    if least := rules.get(f"min{what}"):
        lanes.spoil(counts < least)
    if (most := rules.get(f"max{what}")) is not None:
        lanes.spoil(counts > most)


def _ends(counts: WholeNumbers) -> pa.Buffer:
    found = np.zeros(len(counts) + 1, np.int32)
    np.cumsum(counts, out=found[1:])
    return pa.py_buffer(found)
