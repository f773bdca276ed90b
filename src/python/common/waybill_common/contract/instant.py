"""One spelling of an instant: UTC, six digits of microseconds, a final Z.

RFC 3339 allows many spellings of one instant. A contract that took them all would depend on which
parser read the record, so one is taken and the rest are dead letters.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

PATTERN = (
    r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z$"
)
_SPELLING = re.compile(PATTERN)


@lru_cache(maxsize=16)  # the events of a page share one
def format_instant(moment: datetime) -> str:
    """``2026-11-22T18:54:00.000001Z`` for an aware datetime."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def parse_instant(text: object) -> datetime:
    """The aware UTC datetime of one canonical spelling, or of a datetime that is UTC already."""
    if isinstance(text, datetime):
        if text.tzinfo is not UTC and text.utcoffset() != timedelta(0):
            raise PydanticCustomError("instant_zone", "an instant is an aware datetime in UTC")
        return text
    if not isinstance(text, str):
        raise PydanticCustomError("instant_type", "an instant is a string")
    if not _SPELLING.fullmatch(text) or text.endswith("\n"):
        raise PydanticCustomError("instant_spelling", "an instant is spelled YYYY-MM-DDTHH:MM:SS.ffffffZ")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError("instant_date", "no such day") from None


class UtcMicros:
    """Annotation for a ``datetime`` field that is spelled as ``parse_instant`` takes it."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            parse_instant,
            serialization=core_schema.plain_serializer_function_ser_schema(
                format_instant, return_schema=core_schema.str_schema(), when_used="json"
            ),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string", "format": "date-time", "pattern": PATTERN}
