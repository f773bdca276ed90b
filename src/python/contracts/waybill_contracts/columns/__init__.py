"""The value table in columns: a contract's rows as Arrow has them and Parquet stores them.

``arrow_types`` is the schema, ``leaves`` and ``arrays`` lay judged values out in it, ``rows`` makes batches. It alone
needs pyarrow: who judges, checks or compares imports nothing of it.
"""

from waybill_contracts.columns.arrow_types import PARQUET, row_schema, value_schema
from waybill_contracts.columns.rows import RowColumns

# fmt: off
__all__ = ["PARQUET", "RowColumns", "row_schema", "value_schema"]
