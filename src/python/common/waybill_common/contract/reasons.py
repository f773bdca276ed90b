"""Why events can't be made of what a source gave: in the codes and words of 0.1.0, which its dead letters have too."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pydantic import ValidationError

from waybill_common.contract.contract import Contract

DETAIL_LIMIT = 400


DEAD_CODES = (
    *(
        "null_value",
        "not_utf8",
        "too_deep",
        "not_json",
        "not_an_object",
        "bad_frame",
        "unknown_schema",
        "not_avro",
    ),
    *(
        "duplicate_field",
        "missing_field",
        "unknown_field",
        "wrong_type",
        "bad_format",
        "out_of_range",
        "inexact",
    ),
    *("bad_value", "extra_too_long", "bad_timestamp", "bad_key", "bad_headers"),
)
"""Each reason that a contract's language has."""


class Reason(StrEnum):
    """Why a record is a dead letter to a contract that is a model: the reasons of 0.1.0."""

    NULL_VALUE = "null_value"
    NOT_JSON = "not_json"
    NOT_AN_OBJECT = "not_an_object"
    MISSING_FIELD = "missing_field"
    UNKNOWN_FIELD = "unknown_field"
    WRONG_TYPE = "wrong_type"
    BAD_VALUE = "bad_value"
    BAD_TIMESTAMP = "bad_timestamp"


@dataclass(frozen=True)
class Dead:
    """A broken record's reason, and which fields broke which rule (``amount: bad_value; …``)."""

    reason: Reason
    detail: str


def explain(contract: Contract, error: ValidationError) -> Dead:
    """The dead letter for a validation error: codes and field names only, so that the text is the same
    whichever release of pydantic found it."""
    order = {column.name: index for index, column in enumerate(contract.columns)}
    found: dict[tuple[int, str], Reason] = {}
    for one in error.errors(include_url=False, include_context=False, include_input=False):
        name = str(one["loc"][0])[:64] if one["loc"] else ""
        found.setdefault((order.get(name, len(order)), name), reason_of(one["type"]))
    ranked = sorted(found.items())
    detail = "; ".join(f"{name}: {reason}" for (_, name), reason in ranked if name)
    return Dead(ranked[0][1], detail[:DETAIL_LIMIT])


def reason_of(kind: str) -> Reason:
    """The reason for one of pydantic's error types."""
    match kind:
        case "json_invalid":
            return Reason.NOT_JSON
        case "model_type" | "model_attributes_type":
            return Reason.NOT_AN_OBJECT
        case "missing":
            return Reason.MISSING_FIELD
        case "extra_forbidden":
            return Reason.UNKNOWN_FIELD
    return Reason.WRONG_TYPE if kind.endswith("_type") else Reason.BAD_VALUE
