"""What a registry's answer means. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from waybill_common.redaction import redacted

_LARGEST_ID = 2**31 - 1
_SHOWN = 300


@dataclass(frozen=True)
class RegistryAnswer:
    """One answer of the registry."""

    status: int
    body: bytes


@dataclass(frozen=True)
class TryRegistryAgain:
    """The registry could not decide; a later request may succeed."""

    why: str


@dataclass(frozen=True)
class RegistryRefusal:
    """The registry decided; a later request gets the same answer."""

    found: str
    remedy: str


def read_answer(
    answer: RegistryAnswer, without_secrets: Callable[[str], str] = redacted
) -> int | TryRegistryAgain | RegistryRefusal:
    """The schema's id, or why there is none: what the registry said is told ``without_secrets``.

    Statuses are those of Confluent's API: 409 is an incompatible schema, 422 an invalid one.
    """
    # Of the whole: half a password at the end would not be known.
    text = without_secrets(answer.body.decode(errors="replace"))[:_SHOWN]
    said = f"status {answer.status}: {text!r}"
    match answer.status:
        case 200:
            found = _id(answer.body)
            return (
                found if found is not None else RegistryRefusal(f"answered without an id ({said})", _ADDRESS)
            )
        case 408 | 429:
            return TryRegistryAgain(said)
        case 401 | 403:
            return RegistryRefusal(f"does not let us in ({said})", _CREDENTIALS)
        case 409:
            return RegistryRefusal(
                f"finds the contract incompatible with the subject's versions ({said})", _CONFLICT
            )
        case 422:
            return RegistryRefusal(f"takes the contract for no valid schema ({said})", _CONFLICT)
        case status if status >= 500:
            return TryRegistryAgain(said)
    return RegistryRefusal(f"answered as no registry does ({said})", _ADDRESS)


_ADDRESS = "correct registry.url: the address up to where /subjects begins."
CONNECTION = (
    "correct registry.url, registry.ca_file, or this machine's proxy (HTTPS_PROXY) and certificates "
    "(REQUESTS_CA_BUNDLE)."
)
_CREDENTIALS = "correct registry.username and registry.password, or the rights of that user."
_CONFLICT = (
    "publish with the release whose contract the subject has, or change the subject's compatibility once all readers "
    "of the topic are ready; nothing was published."
)


def _id(body: bytes) -> int | None:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        return None
    found = fields.get("id") if isinstance(fields, dict) else None
    return found if type(found) is int and 0 <= found <= _LARGEST_ID else None
