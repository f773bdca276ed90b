"""One split: carried, reported, and carried once more where it kills whoever carries it. Small ones go together."""

from waybill_delivery.splits.alone import carry_alone
from waybill_delivery.splits.carried_split import CarriedSplit
from waybill_delivery.splits.dropped import SplitsDropped
from waybill_delivery.splits.schemas_asked import SchemasAsked
from waybill_delivery.splits.split_process import (
    SplitOutcome,
    begin_logs,
    make_ready,
    replies_to,
    report_in,
    told_by_jvm,
)
from waybill_delivery.splits.task_context import TaskContext
from waybill_delivery.splits.together import deal

# fmt: off
__all__ = [
    "CarriedSplit", "SchemasAsked", "SplitOutcome", "SplitsDropped", "TaskContext", "begin_logs",
    "carry_alone", "deal", "make_ready", "replies_to", "report_in", "told_by_jvm",
]
