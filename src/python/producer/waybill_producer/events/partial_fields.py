"""The contract's fields of a user that breaks it: each one by itself, where its own members are as they should be.

Of a user that keeps the contract, these are the fields that ``event_fields`` makes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from waybill_common.contract import Contract
from waybill_producer.events.event_fields import Fields
from waybill_producer.events.pseudonym import PseudonymKey, encrypt_zip
from waybill_producer.events.user import ApiText, Decimal, OptionalText, PersonName, Postcode, Street

Path = tuple[str, ...]
_STRICT = ConfigDict(strict=True, hide_input_in_errors=True)


@dataclass(frozen=True)
class FieldSource:
    """Where a field's value lies in a user. ``parts`` are its members that are read; none where it is read itself."""

    path: Path
    read: Callable[[Any], Any]
    parts: tuple[str, ...] = ()

    @property
    def members(self) -> tuple[Path, ...]:
        return tuple((*self.path, part) for part in self.parts) or (self.path,)


def _of(kind: Any) -> Callable[[Any], Any]:
    return TypeAdapter(kind, config=_STRICT).validate_python


def _full_name(value: Any) -> str:
    return PersonName.model_validate(value).full


def _street(value: Any) -> str:
    street = Street.model_validate(value)
    return f"{street.number}, {street.name}"


SOURCES: Mapping[str, FieldSource] = {
    "id": FieldSource(("login", "uuid"), _of(str)),
    "full_name": FieldSource(("name",), _full_name, ("title", "first", "last")),
    "gender": FieldSource(("gender",), _of(str)),
    "location": FieldSource(("location", "street"), _street, ("number", "name")),
    "city": FieldSource(("location", "city"), _of(ApiText)),
    "state": FieldSource(("location", "state"), _of(OptionalText)),
    "country": FieldSource(("location", "country"), _of(ApiText)),
    "nat": FieldSource(("nat",), _of(str)),
    "postcode": FieldSource(("location", "postcode"), _of(Postcode)),
    "latitude": FieldSource(("location", "coordinates", "latitude"), _of(Decimal)),
    "longitude": FieldSource(("location", "coordinates", "longitude"), _of(Decimal)),
    "email": FieldSource(("email",), _of(ApiText)),
}
"""All of the contract's fields but the stamp, which is no part of a user."""


def valid_fields(value: Any, contract: Contract, key: PseudonymKey) -> Fields:
    """The contract's fields that ``value`` has, as Python values, and the postcode as its pseudonym."""
    made: Fields = {}
    for name, source in SOURCES.items():
        found, there = member(value, source.path)
        if not there:
            continue
        try:
            made[name] = source.read(found)
        except ValidationError:
            continue
    if made.get("postcode") is not None:
        made["postcode"] = encrypt_zip(made["postcode"], key)
    try:
        contract.check(made)
    except ValidationError as error:
        broken = {one["loc"][0] for one in error.errors(include_url=False, include_input=False) if one["loc"]}
        return {name: found for name, found in made.items() if name not in broken}
    return made


def member(value: Any, path: Path) -> tuple[Any, bool]:
    """What lies at ``path``, and whether anything does: null is a value."""
    for name in path:
        if not isinstance(value, dict) or name not in value:
            return None, False
        value = value[name]
    return value, True
