"""From a writer's Avro schema to a first document, with the schema in it or by a registry's. What no column can have is
left out, and named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from waybill_contracts.avro import (
    ArrayType,
    AvroType,
    EnumType,
    FixedType,
    MapType,
    PlainType,
    RecordType,
    SchemaRefused,
    UnionType,
    is_null,
    parse_schema,
)
from waybill_contracts.document import DocumentRefused, spelled
from waybill_contracts.drafting.column_names import column_names
from waybill_contracts.drafting.drafted import (
    CONTAINER_ADDS,
    STRING,
    STRUCT_ADDS,
    TIME_OF_DAY,
    UUID,
    DraftedField,
    DraftedList,
    DraftedMap,
    DraftedScalar,
    DraftedStruct,
    DraftedValue,
)
from waybill_contracts.drafting.guessing import MOST_DEPTH
from waybill_contracts.drafting.laying_out import laid_out
from waybill_contracts.drafting.plain_taken import taken_plain
from waybill_contracts.drafting.proposing import ColumnRefused, chosen_id, chosen_time, with_id
from waybill_contracts.drafting.wishes import ContractDraft, DraftRefused, DraftWishes

_LEAST_DIGITS, _MOST_DIGITS = 18, 38
_FLOORS = {"beyond_micros": "floor"}
_PLAIN = {
    "boolean": DraftedScalar("boolean"),
    "int": DraftedScalar("long"),
    "long": DraftedScalar("long"),
    "float": DraftedScalar("double"),
    "double": DraftedScalar("double"),
    "bytes": DraftedScalar("binary"),
    "string": STRING,
}
_LOGICAL = {
    "date": DraftedScalar("date"),
    "time-millis": TIME_OF_DAY,
    "time-micros": TIME_OF_DAY,
    "uuid": UUID,
    **{
        f"{zone}timestamp-{unit}": DraftedScalar(kind, _FLOORS if unit == "nanos" else {})
        for zone, kind in (("", "timestamptz"), ("local-", "timestamp"))
        for unit in ("millis", "micros", "nanos")
    },
}

AvroPlace = tuple[str, ...]


def draft_from_avro(data: bytes, frame: str | None, wishes: DraftWishes) -> ContractDraft:
    """Raises ``DraftRefused``."""
    try:
        text = data.decode()
    except UnicodeDecodeError as wrong:
        raise DraftRefused(f"{wrong}", allowed="UTF-8", remedy="correct the schema") from wrong
    value = {"schema": text, **({"frame": frame} if frame else {})}
    return _draft((text,), value, wishes)


def draft_by_registry(texts: Sequence[str], registry: str, frame: str, wishes: DraftWishes) -> ContractDraft:
    """The last of ``texts`` is the schema, which refers to those before it. ``registry`` is the name that the settings
    have for the one that has it. Raises ``DraftRefused``.
    """
    return _draft(texts, {"registry": registry, "frame": frame}, wishes)


def _draft(texts: Sequence[str], value: Mapping[str, str], wishes: DraftWishes) -> ContractDraft:
    *before, text = texts
    try:
        root = _record(parse_schema(text, tuple(before)))
    except SchemaRefused as wrong:
        raise DraftRefused(f"{wrong}", allowed=wrong.allowed, remedy="correct the schema") from wrong
    importer = _AvroImporter(required=wishes.required)
    struct = importer.root(root, ())
    try:
        time = chosen_time(struct, wishes.time, lambda one: one.value.family == "timestamptz")
        ids = chosen_id(struct, wishes.id, wishes.stream, lambda _: False)
    except ColumnRefused as wrong:
        raise DraftRefused(f"{wrong}", allowed=wrong.allowed, remedy="name one of these columns") from wrong
    if time and f"{time}_day".lower() in {one.name.lower() for one in struct.fields}:
        struct = importer.root(root, (f"{time}_day",))
    left_out = dict(importer.left_out)
    members: dict[str, Any] = {
        "value": {"format": "avro", **value},
        "headers": False,
        "tombstones": "dead",
        "extra": "ignore" if importer.leaves_items_out else "dead",
        "partition_by": [f"day({time})"] if time else [],
    }
    members |= ({"time": time} if time else {}) | ({"id": [*ids]} if ids else {})
    if left_out and not importer.leaves_items_out:
        members["ignore"] = [spelled(one) for one in left_out]
    try:
        document = laid_out(wishes.stream, with_id(struct, ids), members)
    except DocumentRefused as wrong:
        raise DraftRefused(f"{wrong}", allowed=wrong.allowed, remedy="correct the schema") from wrong
    seen = {"left_out": [{"place": spelled(at), "why": why} for at, why in left_out.items()]}
    plain = [
        *taken_plain(text),
        *(f"Of a schema that it refers to: {one}" for each in before for one in taken_plain(each)),
    ]
    told = (*importer.told(left_out), *plain, *_choices(wishes, time, value.get("frame")))
    return ContractDraft(document, seen, told)


def _record(of: AvroType) -> RecordType:
    branches = of.branches if isinstance(of, UnionType) else (of,)
    records = [one for one in branches if isinstance(one, RecordType)]
    if len(records) > 1:
        raise DraftRefused(
            f"its root is one of {len(records)} records",
            allowed="the schema of one record",
            remedy="write the document of one of them, with `select` by its name",
        )
    return records[0]


def _choices(wishes: DraftWishes, time: str | None, frame: str | None) -> list[str]:
    found = [] if frame else ["Values are taken to have no frame: `--frame confluent` says otherwise."]
    if wishes.time is None and time is not None:
        return [*found, f"Proposed: {time} as `time`, and folders by its day."]
    return (
        found if time else [*found, "No column is evidently the time of an event: `--time COLUMN` names it."]
    )


class _AvroImporter:
    """``left_out``: places of fields without a column, and why. Within lists and maps a document can't name them."""

    def __init__(self, *, required: bool) -> None:
        self.left_out: list[tuple[AvroPlace, str]] = []
        self.leaves_items_out = False
        self._required = required

    def root(self, of: RecordType, taken: tuple[str, ...]) -> DraftedStruct:
        self.left_out.clear()
        found = self._struct(of, (), 1, (of,), taken)
        if found is None:
            raise DraftRefused(
                "no field of it can be a column", allowed="one field or more", remedy="take another schema"
            )
        return found

    def told(self, left_out: dict[AvroPlace, str]) -> list[str]:
        found = [f"Left out: {spelled(at)}: {why}." for at, why in left_out.items()]
        if self.leaves_items_out:
            found.append(
                "Unknown fields are ignored, for a document can't name those within lists and maps alone."
            )
        return found

    def _struct(
        self,
        of: RecordType,
        place: AvroPlace,
        depth: int,
        around: tuple[RecordType, ...],
        taken: AvroPlace = (),
    ) -> DraftedStruct | None:
        values = [
            (one.name, *self._optional(one.type, (*place, one.name), depth, around)) for one in of.fields
        ]
        kept = [(name, value, may_be_null) for name, value, may_be_null in values if value is not None]
        names = column_names((name for name, _, _ in kept), taken)
        fields = tuple(
            DraftedField((member,), name, value, required=self._required and not may_be_null)
            for (member, value, may_be_null), name in zip(kept, names, strict=True)
        )
        return DraftedStruct(fields) if fields else None

    def _optional(
        self, of: AvroType, place: AvroPlace, depth: int, around: tuple[RecordType, ...]
    ) -> tuple[DraftedValue | None, bool]:
        """The column's value, and whether it may be null; without one the field is left out."""
        branches = of.branches if isinstance(of, UnionType) else (of,)
        real = [one for one in branches if not is_null(one)]
        before = len(self.left_out)
        found = self._one_of(real, place, depth, around)
        if found is None:
            del self.left_out[before:]
            self._leave_out(place, self._why(of, real, around))
        return found, len(real) < len(branches)

    def _why(self, of: AvroType, real: list[AvroType], around: tuple[RecordType, ...]) -> str:
        if not real:
            return "it is always null"
        if len(real) > 1:
            return "it has several types"
        if real[0] in around:
            return "it contains itself"
        return "it has no fields, or is too deep" if not isinstance(of, PlainType) else "no column holds it"

    def _leave_out(self, place: AvroPlace, why: str) -> None:
        self.left_out.append((place, why))
        self.leaves_items_out |= "" in place

    def _value(
        self, of: AvroType, place: AvroPlace, depth: int, around: tuple[RecordType, ...]
    ) -> DraftedValue | None:
        match of:
            case RecordType():
                deeper = depth + STRUCT_ADDS
                is_fit = of not in around and deeper <= MOST_DEPTH
                return self._struct(of, place, deeper, (*around, of)) if is_fit else None
            case ArrayType(items=items):
                item = self._item(items, place, depth, around)
                return None if item is None else DraftedList(item)
            case MapType(values=values):
                value = self._item(values, place, depth, around)
                return None if value is None else DraftedMap(value)
            case EnumType():
                return STRING
            case PlainType() | FixedType():
                return _scalar(of)
        return None

    def _item(
        self, of: AvroType, place: AvroPlace, depth: int, around: tuple[RecordType, ...]
    ) -> DraftedValue | None:
        """``""`` in a place stands for whichever item."""
        if depth + CONTAINER_ADDS > MOST_DEPTH:
            return None
        branches = of.branches if isinstance(of, UnionType) else (of,)
        real = [one for one in branches if not is_null(one)]
        return self._one_of(real, (*place, ""), depth + CONTAINER_ADDS, around)

    def _one_of(
        self, real: list[AvroType], place: AvroPlace, depth: int, around: tuple[RecordType, ...]
    ) -> DraftedValue | None:
        """Which all branches are. Several records are not looked into: where each holds such a union of them all, there
        are more ways through them than anybody can wait for.
        """
        if sum(isinstance(one, RecordType) for one in real) > 1:
            return None
        values = [self._value(one, place, depth, around) for one in real]
        return values[0] if values and all(one == values[0] for one in values) else None


def _scalar(of: PlainType | FixedType) -> DraftedScalar | None:
    logical = of.logical
    if logical is not None and logical.name == "decimal" and logical.precision <= _MOST_DIGITS:
        return DraftedScalar(f"decimal({max(_LEAST_DIGITS, logical.precision)}, {logical.scale})")
    if logical is not None and logical.name in _LOGICAL:
        return _LOGICAL[logical.name]
    return DraftedScalar("binary") if isinstance(of, FixedType) else _PLAIN.get(of.kind)
