"""Which fast paths a contract has."""

from __future__ import annotations

from waybill_contracts.document import ContractDocument
from waybill_contracts.fast.avro_paths import AvroPaths
from waybill_contracts.fast.paths import FastPaths


def paths_of(document: ContractDocument) -> FastPaths | AvroPaths | None:
    """``None`` where records go by the judge alone."""
    if document.value.format == "json":
        return FastPaths(document)
    return AvroPaths(document) if document.value.schema is not None else None
