"""What a contract's model says of a record: the judge of 0.1.0, which its document's judge has to agree with."""

from __future__ import annotations

from pydantic import BaseModel, ValidationError

from waybill_common.contract import Contract, Reason, explain
from waybill_common.contract.reasons import Dead

__all__ = ["Dead", "judge", "unframe"]


def judge(contract: Contract, value: bytes | None) -> BaseModel | Dead:
    """The event in ``value``, which may be framed, or why it is none."""
    if value is None:
        return Dead(Reason.NULL_VALUE, "")
    try:
        return contract.model.model_validate_json(unframe(value))
    except ValidationError as error:
        return explain(contract, error)


def unframe(value: bytes) -> bytes:
    return value[5:] if value.startswith(b"\x00") else value
