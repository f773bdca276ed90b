"""From what was seen to types. A type is narrow only where it is sure; else it is ``string``, or ``json``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from waybill_contracts.document import spelled
from waybill_contracts.drafting.column_names import column_names
from waybill_contracts.drafting.drafted import (
    CONTAINER_ADDS,
    JSON,
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
from waybill_contracts.drafting.evidence import EACH, Path, PlaceSeen
from waybill_contracts.drafting.name_hints import (
    is_a_duration,
    is_an_amount,
    may_be_a_number,
    may_be_a_time,
)
from waybill_contracts.drafting.numbers_seen import NumbersSeen
from waybill_contracts.drafting.texts_seen import TextsSeen

MOST_DEPTH = 20
MOST_SCALE = 18
LEAST_SCALE = 2
LEAST_PRECISION, MOST_PRECISION = 18, 38
LEAST_TIME = 10**8
"""A smaller number is no time worth a word: 1973 in seconds."""

SEVERAL = 5
"""From so many decimals in texts on, their name is not asked."""


@dataclass
class Guesser:
    """``told`` are sentences for the user. ``known`` are types that something else says, ``spare`` those of what is
    always null, ``wide`` places that take any value, ``flat`` members of the record whose own members are columns,
    ``taken`` names of no column; ``required``: what never was null or absent is."""

    known: Mapping[Path, DraftedValue] = field(default_factory=dict)
    spare: Mapping[Path, DraftedValue] = field(default_factory=dict)
    wide: Collection[Path] = ()
    flat: Collection[str] = ()
    required: bool = False
    taken: Collection[str] = ()
    told: list[str] = field(default_factory=list)

    def root(self, seen: PlaceSeen, left_out: Collection[str] = ()) -> DraftedStruct:
        """Raises ``ValueError`` where no record has a member."""
        assert seen.objects is not None  # noqa: S101  # a record is an object
        places: list[tuple[tuple[str, ...], PlaceSeen]] = []
        for name, one in seen.objects.members.items():
            if name in self.flat and one.objects:
                places += [((name, inner), each) for inner, each in one.objects.members.items()]
            elif name not in left_out:
                places.append(((name,), one))
        if not places:
            raise ValueError("no record has a member")
        return self._fields(places, seen.count, 1, self.taken)

    def _fields(
        self,
        places: list[tuple[tuple[str, ...], PlaceSeen]],
        count: int,
        depth: int,
        taken: Collection[str] = (),
    ) -> DraftedStruct:
        names = column_names([place[-1] for place, _ in places], taken)
        return DraftedStruct(
            tuple(
                DraftedField(
                    place,
                    name,
                    self._value(one, depth),
                    required=self.required and one.count - one.nulls == count,
                )
                for (place, one), name in zip(places, names, strict=True)
            )
        )

    def _value(self, seen: PlaceSeen, depth: int) -> DraftedValue:
        if seen.path in self.wide:
            self._say(seen, "is kept as json: no narrower type takes all of its values")
            return JSON
        if seen.path in self.known:
            return self.known[seen.path]
        kinds = {*seen.tokens}
        if not kinds and seen.path in self.spare:
            return self.spare[seen.path]
        if not kinds:
            self._say(seen, "was null wherever it stood: its type is not known, so it is json")
            return JSON
        if kinds == {"number", "text"} and seen.texts and seen.numbers and seen.texts.numbers:
            return self._either(seen, seen.numbers, seen.texts.numbers)
        if len(kinds) > 1:
            self._say(seen, f"has values of several kinds ({_counts(seen)}), so it is json")
            return JSON
        if seen.booleans:
            return DraftedScalar("boolean")
        if seen.numbers:
            return self._number(seen, seen.numbers)
        if seen.texts:
            return self._text(seen, seen.texts)
        if seen.objects:
            return self._object(seen, depth)
        return self._list(seen, depth)

    def _object(self, seen: PlaceSeen, depth: int) -> DraftedValue:
        objects = seen.objects
        assert objects is not None  # noqa: S101
        if objects.repeats:
            self._say(seen, "has a name twice in one object, which json alone may have")
            return JSON
        adds = CONTAINER_ADDS if objects.is_map else STRUCT_ADDS
        if not objects.total or depth + adds > MOST_DEPTH:
            self._say(seen, "is always empty" if not objects.total else f"is {depth} deep", "so it is json")
            return JSON
        if objects.each is not None:
            self._say(seen, "is a map, by its name or its keys")
            return DraftedMap(self._value(objects.each, depth + CONTAINER_ADDS))
        places: list[tuple[tuple[str, ...], PlaceSeen]] = [
            ((name,), one) for name, one in objects.members.items()
        ]
        return self._fields(places, objects.count, depth + STRUCT_ADDS)

    def _list(self, seen: PlaceSeen, depth: int) -> DraftedValue:
        lists = seen.lists
        assert lists is not None  # noqa: S101
        if not lists.item.count or depth + CONTAINER_ADDS > MOST_DEPTH:
            self._say(
                seen, "is always empty" if not lists.item.count else f"is {depth} deep", "so it is json"
            )
            return JSON
        return DraftedList(self._value(lists.item, depth + CONTAINER_ADDS))

    def _number(self, seen: PlaceSeen, numbers: NumbersSeen) -> DraftedValue:
        if numbers.epoch and may_be_a_time(_name(seen)):
            return self._epoch(seen, numbers)
        if numbers.is_whole and (numbers.most or 0) >= LEAST_TIME and may_be_a_time(_name(seen)):
            self._say(seen, "may be a time by its name, but not by all of its numbers, and stays a number")
        kind = self._exact_kind(seen, numbers)
        return DraftedScalar(kind) if kind else self._too_large(seen)

    def _exact_kind(self, seen: PlaceSeen, numbers: NumbersSeen) -> str | None:
        if numbers.is_whole and numbers.fits_long:
            return "long"
        if numbers.is_exact_double and not numbers.is_whole:
            return "double"
        if numbers.fits_decimal and numbers.scale <= MOST_SCALE:
            scale = 0 if numbers.is_whole else numbers.scale
            if numbers.digits + scale <= MOST_PRECISION:
                self._say(seen, "has numbers with more digits than long and double hold, so it is a decimal")
                return f"decimal({MOST_PRECISION}, {scale})"
        if numbers.fits_double and not numbers.is_whole:
            self._say(seen, "has numbers with more digits than a double holds: it rounds them to the nearest")
            return "double"
        return None

    def _too_large(self, seen: PlaceSeen) -> DraftedValue:
        self._say(seen, "has numbers that no type of columns holds, so it is json")
        return JSON

    def _either(self, seen: PlaceSeen, numbers: NumbersSeen, texts: NumbersSeen) -> DraftedValue:
        both = numbers.fits_long and texts.fits_long
        exact = numbers.is_exact_double and texts.is_exact_double
        if not both and not exact:
            self._say(seen, f"has values of several kinds ({_counts(seen)}), so it is json")
            return JSON
        self._say(seen, f"has numbers and the same as text ({_counts(seen)}): both are taken")
        return DraftedScalar("long" if both else "double", {"wire": "either"})

    def _text(self, seen: PlaceSeen, texts: TextsSeen) -> DraftedValue:
        name = _name(seen)
        for kind in texts.kinds:
            match kind:
                case "timestamptz" | "timestamp":
                    return DraftedScalar(kind, self._floored(seen, is_seen=texts.beyond_micros))
                case "date":
                    return DraftedScalar("date")
                case "time" if not is_a_duration(name):
                    return TIME_OF_DAY
                case "uuid":
                    return UUID
        numbers = texts.numbers
        if numbers is None:
            return STRING
        if numbers.is_whole:
            if numbers.epoch and may_be_a_time(name):
                return self._epoch(seen, numbers)
            self._say(seen, "has whole numbers in texts, and stays a text")
            return STRING
        return self._decimal_text(seen, numbers)

    def _decimal_text(self, seen: PlaceSeen, numbers: NumbersSeen) -> DraftedValue:
        name = _name(seen)
        scale = max(numbers.scale, LEAST_SCALE)
        is_sure = may_be_a_number(name) and (is_an_amount(name) or numbers.count >= SEVERAL)
        if not is_sure or scale > MOST_SCALE or numbers.digits + scale > MOST_PRECISION:
            self._say(seen, "has decimals in texts, and stays a text")
            return STRING
        precision = LEAST_PRECISION if numbers.digits + scale <= LEAST_PRECISION else MOST_PRECISION
        self._say(seen, f"has decimals in texts: read as numbers with at most {scale} digits after the point")
        return DraftedScalar(f"decimal({precision}, {scale})", {"wire": "string"})

    def _epoch(self, seen: PlaceSeen, numbers: NumbersSeen) -> DraftedValue:
        wire = str(numbers.epoch)
        self._say(seen, f"is a time by its name and its numbers, counted as {wire}")
        floored = self._floored(seen, is_seen=numbers.beyond_micros)
        return DraftedScalar("timestamptz", {"wire": wire, **floored})

    def _floored(self, seen: PlaceSeen, *, is_seen: bool) -> dict[str, str]:
        if not is_seen:
            return {}
        self._say(seen, "has digits beyond microseconds: they are cut off, towards the past")
        return {"beyond_micros": "floor"}

    def _say(self, seen: PlaceSeen, *what: str) -> None:
        self.told.append(f"{shown_path(seen.path)} {', '.join(what)}.")


def shown_path(path: Path) -> str:
    """A JSON Pointer in which ``*`` is any item or key."""
    return spelled(tuple("*" if token is EACH else token for token in path))


def _name(seen: PlaceSeen) -> str:
    return next((one for one in reversed(seen.path) if one is not EACH), "")


def _counts(seen: PlaceSeen) -> str:
    return ", ".join(f"{count} {name}" for name, count in seen.tokens.items())
