"""A user as the API sends it: only the parts that the contract needs. More members are no error."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError

DECIMAL = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,17})?")


def _whole_or_text(value: Any) -> Any:
    """A house number or postcode: an int for most countries, a string for CA, GB, NL and NO."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise PydanticCustomError("whole_or_text_type", "an integer or a string")
    return value


def _blank_is_none(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def _postcode(value: Any) -> Any:
    return None if value is None else _blank_is_none(_whole_or_text(value))


def _decimal(value: Any) -> float:
    """A coordinate: the API spells it as a string. Range is the contract's matter."""
    if not isinstance(value, str):
        raise PydanticCustomError("decimal_type", "a decimal number in a string")
    if not DECIMAL.fullmatch(value):
        raise PydanticCustomError("decimal_spelling", "digits with an optional fraction")
    return float(value)


# Cities and streets may end in blanks.
ApiText = Annotated[str, StringConstraints(strip_whitespace=True)]
Filled = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
StreetNumber = Annotated[Filled, BeforeValidator(_whole_or_text)]
Postcode = Annotated[ApiText | None, BeforeValidator(_postcode)]
OptionalText = Annotated[ApiText | None, BeforeValidator(_blank_is_none)]
Decimal = Annotated[float, BeforeValidator(_decimal)]


class UserModel(BaseModel):
    """A part of a user. Strict: a number where text belongs is an error, not text."""

    # An error's text that gets into a traceback has no part of a user in it.
    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", hide_input_in_errors=True)


class PersonName(UserModel):
    title: ApiText
    first: ApiText
    last: ApiText

    @property
    def full(self) -> str:
        """``Mr Melvin Hamilton``, without the parts that are empty."""
        return " ".join(part for part in (self.title, self.first, self.last) if part)


class Street(UserModel):
    number: StreetNumber
    name: Filled


class EventCoordinates(UserModel):
    latitude: Decimal
    longitude: Decimal


class Location(UserModel):
    """``state`` and ``postcode`` have to be there, but may be null or blank: both come out as None."""

    street: Street
    city: ApiText
    state: OptionalText
    country: ApiText
    postcode: Postcode
    coordinates: EventCoordinates


class Login(UserModel):
    uuid: str


class User(UserModel):
    gender: str
    name: PersonName
    location: Location
    email: ApiText
    login: Login
    nat: str
