"""Row, dead letter or skipped: the verdict on one record."""

from waybill_contracts.judging.envelope import key_reader
from waybill_contracts.judging.frames import asks_headers, beginning_of, frame_seen, unframe_of
from waybill_contracts.judging.record_judge import RecordJudge
from waybill_contracts.judging.row_folder import HOUR_MICROS, FolderWindow, folder_name, folder_of, holds_days
from waybill_contracts.judging.verdicts import DeadRecord, JudgedRow, KafkaInput, RecordVerdict
from waybill_contracts.judging.written import written_row

# fmt: off
__all__ = [
    "HOUR_MICROS", "DeadRecord", "FolderWindow", "JudgedRow", "KafkaInput", "RecordJudge", "RecordVerdict",
    "asks_headers", "beginning_of", "folder_name", "folder_of", "frame_seen", "holds_days", "key_reader", "unframe_of",
    "written_row",
]
