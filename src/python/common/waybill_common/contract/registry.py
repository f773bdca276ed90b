"""Which contracts this release carries: the current one of each stream and the one before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from waybill_common.contract.contract import Contract
from waybill_common.contract.names import Name
from waybill_common.errors import ContractUnknown
from waybill_common.version import VERSION

NAMES = Contract(stream="names", version=1, model=Name, id_field="id", time_field="produced_at")


@dataclass(frozen=True)
class Registry:
    """The contracts of one stream, oldest first; the last is what new manifests name."""

    contracts: tuple[Contract, ...]

    @property
    def current(self) -> Contract:
        return self.contracts[-1]

    def find(self, version: int, fingerprint: str, *, release: str) -> Contract:
        """The contract that a manifest names; raises ``ContractUnknown`` where this release lacks it.

        ``release`` is the Waybill that wrote the manifest, so that the message can name it.
        """
        for contract in self.contracts:
            if contract.version == version and contract.fingerprint == fingerprint:
                return contract
        carried = ", ".join(f"{c.version} ({c.fingerprint[:15]}…)" for c in self.contracts)
        raise ContractUnknown(
            f"The open manifest was written under contract version {version} ({fingerprint[:15]}…), "
            f"which Waybill {VERSION} lacks.",
            allowed=f"versions {carried} of stream {self.current.stream}.",
            remedy=f"finish this commit with Waybill {release}, which wrote it, then start this release again.",
        )


def _by_stream(registries: Iterable[Registry]) -> dict[str, Registry]:
    return {registry.current.stream: registry for registry in registries}


STREAMS = _by_stream([Registry((NAMES,))])
