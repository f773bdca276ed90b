"""The forms by name. Nobody waits for what another form's module imports."""

from __future__ import annotations

import importlib

from waybill_contracts.document import ContractDocument
from waybill_contracts.exports.not_sayable import NotSayable

FORMS = {
    "json-schema": "waybill_contracts.exports.json_schema",
    "avro": "waybill_contracts.exports.avro_record",
    "iceberg": "waybill_contracts.exports.iceberg_columns",
    "arrow": "waybill_contracts.exports.arrow_call",
    "duckdb": "waybill_contracts.exports.duckdb_view",
    "polars": "waybill_contracts.exports.polars_call",
    "spark": "waybill_contracts.exports.spark_call",
    "markdown": "waybill_contracts.exports.markdown_page",
    "latest-view": "waybill_contracts.exports.latest_view",
}

__all__ = ["FORMS", "NotSayable", "exported"]


def exported(document: ContractDocument, form: str, dataset: str) -> str:
    """``dataset`` is the folder or URL of it, for a call that reads rows. Raises ``NotSayable``."""
    module = importlib.import_module(FORMS[form])
    text: str = module.exported(document, dataset)
    return text
