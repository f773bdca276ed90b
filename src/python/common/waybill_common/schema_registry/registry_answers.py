"""What a registry's answers have in common, whatever it was asked. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True)
class RegistryWords:
    """Texts about one registry: ``section`` is where the settings have it, ``without_secrets`` takes ours out of what
    it said.
    """

    section: str
    without_secrets: Callable[[str], str]

    def said(self, answer: RegistryAnswer) -> str:
        # Of the whole: half a password at the end would not be known.
        text = self.without_secrets(answer.body.decode(errors="replace"))[:_SHOWN]
        return f"status {answer.status}: {text!r}"

    @property
    def address(self) -> str:
        return f"correct {self.section}.url: the address up to where /subjects begins."

    @property
    def connection(self) -> str:
        return (
            f"correct {self.section}.url, {self.section}.ca_file, or this machine's proxy (HTTPS_PROXY) and "
            "certificates (REQUESTS_CA_BUNDLE)."
        )

    @property
    def credentials(self) -> str:
        return f"correct {self.section}.username and {self.section}.password, or the rights of that user."

    def failure(self, answer: RegistryAnswer) -> TryRegistryAgain | RegistryRefusal:
        """What any answer means that is not the one that was asked for."""
        said = self.said(answer)
        match answer.status:
            case 408 | 425 | 429:
                return TryRegistryAgain(said)
            case 401 | 403:
                return RegistryRefusal(f"does not let us in ({said})", self.credentials)
            case status if status >= 500:
                return TryRegistryAgain(said)
        return RegistryRefusal(f"answered as no registry does ({said})", self.address)


def object_in(body: bytes) -> dict[str, Any]:
    """The answer's members; none where it is no JSON object."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
