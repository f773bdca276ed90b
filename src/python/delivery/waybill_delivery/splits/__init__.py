"""One split: carried, reported, and carried once more where it kills whoever carries it."""

from waybill_delivery.splits.alone import carry_alone
from waybill_delivery.splits.split_process import begin_logs, reply_to, report_in, told_by_jvm
from waybill_delivery.splits.task_context import TaskContext

__all__ = ["TaskContext", "begin_logs", "carry_alone", "reply_to", "report_in", "told_by_jvm"]
