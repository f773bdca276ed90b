"""A first document from what there is: a sample of records, a JSON Schema, an Avro schema, a pydantic model.

All but ``topic_sample``, which reads Kafka, and the import of a model is pure: bytes in, a ``ContractDraft`` out.
"""

from waybill_contracts.drafting.avro_draft import draft_by_registry, draft_from_avro
from waybill_contracts.drafting.column_names import column_names
from waybill_contracts.drafting.drafted import (
    DraftedField,
    DraftedList,
    DraftedMap,
    DraftedScalar,
    DraftedStruct,
    DraftedValue,
)
from waybill_contracts.drafting.json_schema_draft import (
    draft_from_schema,
    draft_from_tree,
    fields_of_tree,
)
from waybill_contracts.drafting.pydantic_draft import draft_from_model, schema_tree
from waybill_contracts.drafting.sample_draft import draft_from_records
from waybill_contracts.drafting.sample_files import judged_lines, records_in
from waybill_contracts.drafting.samples import SampleRecord, is_utf8
from waybill_contracts.drafting.wishes import ContractDraft, DraftRefused, DraftWishes

# fmt: off
__all__ = [
    "ContractDraft", "DraftRefused", "DraftWishes", "DraftedField", "DraftedList", "DraftedMap", "DraftedScalar",
    "DraftedStruct", "DraftedValue", "SampleRecord", "column_names", "draft_by_registry", "draft_from_avro",
    "draft_from_model", "draft_from_records", "draft_from_schema", "draft_from_tree", "fields_of_tree", "is_utf8",
    "judged_lines", "records_in", "schema_tree",
]
