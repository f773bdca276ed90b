"""What a registry's answer to a schema that is registered means. Pure."""

from __future__ import annotations

from waybill_common.schema_registry import (
    RegistryAnswer,
    RegistryRefusal,
    RegistryWords,
    TryRegistryAgain,
    object_in,
)

_LARGEST_ID = 2**31 - 1


def read_answer(answer: RegistryAnswer, words: RegistryWords) -> int | TryRegistryAgain | RegistryRefusal:
    """The schema's id, or why there is none.

    Statuses are those of Confluent's API: 409 is an incompatible schema, 422 an invalid one.
    """
    said = words.said(answer)
    match answer.status:
        case 200:
            found = _id(answer.body)
            return (
                found
                if found is not None
                else RegistryRefusal(f"answered without an id ({said})", words.address)
            )
        case 409:
            return RegistryRefusal(
                f"finds the contract incompatible with the subject's versions ({said})", _CONFLICT
            )
        case 422:
            return RegistryRefusal(f"takes the contract for no valid schema ({said})", _CONFLICT)
    return words.failure(answer)


_CONFLICT = (
    "publish with the release whose contract the subject has, or change the subject's compatibility once all readers "
    "of the topic are ready; nothing was published."
)


def _id(body: bytes) -> int | None:
    found = object_in(body).get("id")
    return found if type(found) is int and 0 <= found <= _LARGEST_ID else None
