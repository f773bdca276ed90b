"""The forms by name. Nobody waits for what another form's module imports."""

from __future__ import annotations

import importlib

from waybill_contracts.document import ContractDocument
from waybill_contracts.exports.not_sayable import NotSayable

FORMS = {
    "json-schema": "waybill_contracts.exports.json_schema",
    "avro": "waybill_contracts.exports.avro",
    "iceberg": "waybill_contracts.exports.iceberg",
    "arrow": "waybill_contracts.exports.arrow",
    "duckdb": "waybill_contracts.exports.duckdb",
    "polars": "waybill_contracts.exports.polars",
    "spark": "waybill_contracts.exports.spark",
    "markdown": "waybill_contracts.exports.markdown",
    "latest-view": "waybill_contracts.exports.latest_view",
}

__all__ = ["FORMS", "NotSayable", "exported"]


def exported(document: ContractDocument, form: str, lake: str) -> str:
    """``lake`` is where a call that reads rows looks for them. Raises ``NotSayable``."""
    module = importlib.import_module(FORMS[form])
    text: str = module.exported(document, lake)
    return text
