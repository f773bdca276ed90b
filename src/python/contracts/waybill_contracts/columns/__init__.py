"""The value table in columns: a contract's rows as Arrow has them and Parquet stores them.

It alone needs pyarrow: who judges, checks or compares imports nothing of it.
"""

from waybill_contracts.columns.arrow_types import CONTRACT_KEY, PARQUET, row_schema, value_schema

# fmt: off
__all__ = ["CONTRACT_KEY", "PARQUET", "row_schema", "value_schema"]
