"""A user's members as the contract's fields, but for the pseudonym and the stamp. ``postcode`` is the plain one."""

from __future__ import annotations

from typing import Any

from waybill_producer.events.user import User

Fields = dict[str, Any]


def fields_of(value: Any) -> Fields:
    """Of a user's JSON value. Raises pydantic's ``ValidationError``."""
    given = User.model_validate(value)
    place = given.location
    return {
        "id": given.login.uuid,
        "full_name": given.name.full,
        "gender": given.gender,
        "location": f"{place.street.number}, {place.street.name}",
        "city": place.city,
        "state": place.state,
        "country": place.country,
        "nat": given.nat,
        "postcode": place.postcode,
        "latitude": place.coordinates.latitude,
        "longitude": place.coordinates.longitude,
        "email": given.email,
    }
