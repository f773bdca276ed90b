"""Row, dead letter or skipped: the verdict on one record."""

from waybill_contracts.judging.frames import beginning_of, unframe_of
from waybill_contracts.judging.record_judge import RecordJudge
from waybill_contracts.judging.row_folder import HOUR_MICROS, FolderWindow, folder_name, folder_of, holds_days
from waybill_contracts.judging.seen_frames import frames_told, seen_frame
from waybill_contracts.judging.verdicts import DeadRecord, JudgedRow, KafkaInput, RecordVerdict
from waybill_contracts.judging.written import written_row

# fmt: off
__all__ = [
    "HOUR_MICROS", "DeadRecord", "FolderWindow", "JudgedRow", "KafkaInput", "RecordJudge", "RecordVerdict",
    "beginning_of", "folder_name", "folder_of", "frames_told", "holds_days", "seen_frame", "unframe_of", "written_row",
]
