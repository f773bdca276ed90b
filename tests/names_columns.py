"""The columns of ``names`` as its objects have them."""

from __future__ import annotations

import pyarrow as pa

from waybill_common.contract.arrow import OLD_COORDINATES
from waybill_contracts.columns import row_schema, value_schema
from waybill_contracts.document import parse_document
from waybill_streams.names import NAMES

EVENTS = value_schema(parse_document(NAMES.document))
"""The contract's own."""

ROWS = row_schema(parse_document(NAMES.document))
OLD_ROWS = pa.schema([*EVENTS, *OLD_COORDINATES])
"""Under formats 1 and 2."""
