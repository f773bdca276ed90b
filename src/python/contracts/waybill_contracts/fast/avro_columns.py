"""A contract's columns of many datums at once: a writer's schema and the contract put together into steps over lanes.

What a step can't settle makes its lane bad, and the judge sees that record: it may be a row all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
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
from waybill_contracts.fast.avro_leaves import leaf_column
from waybill_contracts.fast.avro_passing import Around, NotFast, Pass, StepBudget, inside, passed
from waybill_contracts.fast.datum_lanes import Lanes
from waybill_contracts.fast.lane_steps import LaneWalk, all_items, chosen_branches, ends_of, spoiling
from waybill_contracts.fast.nulls import nulls_of, spread
from waybill_contracts.fast.record_bytes import WholeNumbers, as_arrow
from waybill_contracts.resolution import taken_fields
from waybill_contracts.types import Places, places_of

_KEY = DescribedValue(0, "key", Primitive("string"), required=True)

RecordWay = tuple[str, ...]


@dataclass(frozen=True)
class AvroColumns:
    """``extra`` and ``ignore`` are the contract's: fields without a column are passed where they may be left out."""

    extra: str
    ignore: tuple[RecordWay, ...]
    budget: StepBudget = field(default_factory=StepBudget)

    def of_record(
        self, of: RecordType, struct: StructOf, kinds: Sequence[pa.DataType]
    ) -> Callable[[Lanes], list[Any]]:
        """The struct's columns, in the contract's order, of a record at the datum's root. Raises ``NotFast``."""
        return self._struct(of, struct, kinds, (), (of.name,))

    def _struct(
        self,
        of: RecordType,
        struct: StructOf,
        kinds: Sequence[pa.DataType],
        where: RecordWay | None,
        around: Around,
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

    def _reached(
        self, of: AvroType, places: Places, way: RecordWay, columns: dict[RecordWay, Any]
    ) -> set[int]:
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
        way: RecordWay,
        columns: dict[RecordWay, Any],
        where: RecordWay | None,
        around: Around,
    ) -> list[Callable[[Lanes, list[Any]], None]]:
        tokens = {at: token for token, at in taken_fields(of, places).items()}
        steps = []
        for at, one in enumerate(of.fields):
            token = tokens.get(at)
            here = None if where is None else (*where, token or one.name)
            if token is None:
                if not self._is_left_out(here):
                    raise NotFast
                if not takes_no_bytes(one.type):
                    steps.append(_passing(passed(one.type, around, self.budget)))
                continue
            further = places[token]
            if further is not None:
                steps.append(self._on_the_way(one.type, further, (*way, token), columns, here, around))
                continue
            index, column, kind = columns[(*way, token)]
            steps.append(_putting(index, self._value(one.type, column, kind, here, around)))
        return steps

    def _is_left_out(self, where: RecordWay | None) -> bool:
        if self.extra == "ignore":
            return True
        return where is not None and any(where[: len(one)] == one for one in self.ignore)

    def _on_the_way(
        self,
        of: AvroType,
        places: Places,
        way: RecordWay,
        columns: dict[RecordWay, Any],
        where: RecordWay | None,
        around: Around,
    ) -> Callable[[Lanes, list[Any]], None]:
        """A record that only leads to columns; where it may be null, they are null then."""
        record = of.beside_null if isinstance(of, UnionType) else of
        if not isinstance(record, RecordType) or takes_no_bytes(record):
            raise NotFast
        steps = self._steps(record, places, way, columns, where, inside(around, record))
        mine = [columns[one] for one in columns if one[: len(way)] == way]

        def walk(lanes: Lanes, found: list[Any]) -> None:
            for step in steps:
                step(lanes, found)

        if not isinstance(of, UnionType):
            return walk
        null = 0 if is_null(of.branches[0]) else 1

        def walk_some(lanes: Lanes, found: list[Any]) -> None:
            there = chosen_branches(lanes, 2) != null
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

    def _value(
        self, of: AvroType, column: DescribedValue, kind: Any, where: RecordWay | None, around: Around
    ) -> LaneWalk:
        self.budget.take()
        if isinstance(of, UnionType):
            return self._union(of, column, kind, where, around)
        if takes_no_bytes(of):
            if not is_null(of) or column.required:
                raise NotFast
            return lambda lanes: nulls_of(kind, len(lanes))
        match column.type:
            case Primitive() if not isinstance(of, ArrayType | MapType | RecordType):
                leaf = leaf_column(of, column, kind)
                if leaf is not None:
                    return leaf
            case StructOf() if isinstance(of, RecordType):
                fields = [kind.field(at) for at in range(kind.num_fields)]
                kinds = [one.type for one in fields]
                walk = self._struct(of, column.type, kinds, where, inside(around, of))
                return lambda lanes: pa.StructArray.from_arrays(walk(lanes), fields=fields)
            case ListOf(item) if isinstance(of, ArrayType):
                return self._list(of, column, item, kind, around)
            case MapOf(value=each) if isinstance(of, MapType):
                return self._map(of, column, each, kind, around)
        raise NotFast

    def _union(
        self, of: UnionType, column: DescribedValue, kind: Any, where: RecordWay | None, around: Around
    ) -> LaneWalk:
        parts = [self._branch(one, column, kind, where, around) for one in of.branches]
        nulls = [at for at, one in enumerate(of.branches) if is_null(one)]

        def walk(lanes: Lanes) -> pa.Array:
            branch = chosen_branches(lanes, len(parts))
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
        self, of: AvroType, column: DescribedValue, kind: Any, where: RecordWay | None, around: Around
    ) -> LaneWalk:
        """Of a branch that can't be read here the records are the judge's; the others are as good as ever."""
        if is_null(of):
            return lambda lanes: nulls_of(kind, len(lanes))
        try:
            return self._value(of, column, kind, where, around)
        except NotFast:
            return spoiling(kind)

    def _list(
        self, of: ArrayType, column: DescribedValue, item: DescribedValue, kind: Any, around: Around
    ) -> LaneWalk:
        if takes_no_bytes(of.items):
            raise NotFast
        inner = self._value(of.items, item, kind.value_type, None, inside(around, of))
        empty = nulls_of(kind.value_type, 0)

        def walk(lanes: Lanes) -> pa.Array:
            counts, items, order = all_items(lanes, inner, empty)
            _count(lanes, counts, column, "Items")
            found = items.take(as_arrow(order))
            return pa.Array.from_buffers(kind, len(lanes), [None, ends_of(counts)], children=[found])

        return walk

    def _map(
        self, of: MapType, column: DescribedValue, each: DescribedValue, kind: Any, around: Around
    ) -> LaneWalk:
        """Sorted by their keys' bytes. A key twice is the judge's to tell."""
        keys = leaf_column(PlainType("string"), _KEY, pa.string())
        assert keys is not None  # noqa: S101  # a string is a string
        inner = self._value(of.values, each, kind.item_type, None, inside(around, of))
        entry = pa.struct([kind.key_field, kind.item_field])
        empty = nulls_of(entry, 0)

        def pairs(lanes: Lanes) -> pa.Array:
            known = keys(lanes)
            return pa.StructArray.from_arrays([known, inner(lanes)], fields=[kind.key_field, kind.item_field])

        def walk(lanes: Lanes) -> pa.Array:
            counts, found, order = all_items(lanes, pairs, empty)
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
            return pa.Array.from_buffers(kind, len(lanes), [None, ends_of(counts)], children=[found])

        return walk


def _putting(index: int, walk: LaneWalk) -> Callable[[Lanes, list[Any]], None]:
    def put(lanes: Lanes, found: list[Any]) -> None:
        found[index] = walk(lanes)

    return put


def _passing(pass_on: Pass) -> Callable[[Lanes, list[Any]], None]:
    def step(lanes: Lanes, _found: list[Any]) -> None:
        pass_on(lanes)

    return step


def _count(lanes: Lanes, counts: WholeNumbers, column: DescribedValue, what: str) -> None:
    rules: dict[str, Any] = column.rules
    if least := rules.get(f"min{what}"):
        lanes.spoil(counts < least)
    if (most := rules.get(f"max{what}")) is not None:
        lanes.spoil(counts > most)
