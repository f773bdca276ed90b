"""The contracts of one stream that a run knows without asking the dataset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from waybill_common.contract.bound import BoundContract
from waybill_common.errors import ContractUnknown
from waybill_common.version import VERSION

C = TypeVar("C", bound=BoundContract, covariant=True)


@dataclass(frozen=True)
class Registry(Generic[C]):
    """The contracts of one stream, oldest first; the last is what new manifests name."""

    contracts: tuple[C, ...]

    @property
    def current(self) -> C:
        return self.contracts[-1]

    def carried(self, version: int, fingerprint: str) -> C | None:
        """The contract that an entry names, by its document or as 0.1.0 named it; None where this release lacks it."""
        return next((one for one in self.contracts if one.is_named(version, fingerprint)), None)

    def find(self, version: int, fingerprint: str, *, release: str) -> C:
        """The contract that a manifest names; raises ``ContractUnknown`` where this release lacks it.

        ``release`` is the Waybill that wrote the manifest, so that the message can name it.
        """
        found = self.carried(version, fingerprint)
        if found is not None:
            return found
        carried = ", ".join(f"{c.version} ({c.fingerprint[:15]}…)" for c in self.contracts)
        raise ContractUnknown(
            f"The open manifest was written under contract version {version} ({fingerprint[:15]}…), "
            f"which Waybill {VERSION} lacks.",
            allowed=f"versions {carried} of stream {self.current.stream}.",
            remedy=f"finish this commit with Waybill {release}, which wrote it, then start this release again.",
        )
