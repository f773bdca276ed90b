"""Fast paths: rows read in whole blocks, with the values that the judge would have.

They say "row, with these values" of a record, or nothing; never "dead letter". A record of JSON is taken where its
whole text is proven to be of one spelling, learned of rows, with values that are the judge's; one of Avro where its
datum was read to its last byte. They need pyarrow and numpy, which the judge does not.
"""

from waybill_contracts.fast.block_judge import BlockJudge
from waybill_contracts.fast.choosing import paths_of, rows_by
from waybill_contracts.fast.fast_rows import FastRows
from waybill_contracts.fast.record_bytes import as_arrow
from waybill_contracts.fast.written_ids import written_ids

# fmt: off
__all__ = ["BlockJudge", "FastRows", "as_arrow", "paths_of", "rows_by", "written_ids"]
