"""Row, dead letter or skipped: the verdict on one record."""

from waybill_contracts.judging.frames import unframe_of
from waybill_contracts.judging.record_judge import RecordJudge
from waybill_contracts.judging.row_folder import FolderWindow, folder_of
from waybill_contracts.judging.verdicts import DeadRecord, JudgedRow, KafkaInput
from waybill_contracts.judging.written import written_row

# fmt: off
__all__ = [
    "DeadRecord", "FolderWindow", "JudgedRow", "KafkaInput", "RecordJudge", "folder_of", "unframe_of",
    "written_row",
]
