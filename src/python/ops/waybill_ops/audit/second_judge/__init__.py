"""The auditor's own judge: contract1 read a second time, without a line of the writer's.

Its tokenizer, its numbers, its calendar and its patterns' engine are others, and it goes through the document instead
of making checks of it. What it says has the form in which ``waybill contract judge`` prints it.
"""

from waybill_ops.audit.second_judge.avro_schema import AuditedSchema, NoSchema, read_schema
from waybill_ops.audit.second_judge.id_headers import is_named_by_header
from waybill_ops.audit.second_judge.row_place import WHOLE_CALENDAR, AuditedWindow, place_of
from waybill_ops.audit.second_judge.scalars import check_rule
from waybill_ops.audit.second_judge.seeming_frame import may_say_headers
from waybill_ops.audit.second_judge.told_detail import detail_told
from waybill_ops.audit.second_judge.whole_record import AuditedSchemas, SecondVerdict, judge_record

# fmt: off
__all__ = [
    "WHOLE_CALENDAR", "AuditedSchema", "AuditedSchemas", "AuditedWindow", "NoSchema", "SecondVerdict", "check_rule",
    "detail_told", "is_named_by_header", "judge_record", "may_say_headers", "place_of", "read_schema",
]
