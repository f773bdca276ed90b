"""Row, dead letter or skipped: the verdict on one record."""

from waybill_contracts.judging.envelope import key_reader
from waybill_contracts.judging.frames import (
    COMPRESSED_GLUE,
    VALUES_ID,
    HeaderBytes,
    beginning_of,
    frame_seen,
    unframe_of,
)
from waybill_contracts.judging.record_judge import RecordJudge
from waybill_contracts.judging.row_folder import HOUR_MICROS, FolderWindow, folder_name, folder_of, holds_days
from waybill_contracts.judging.seen_frames import (
    asks_headers,
    commonest_frame,
    frames_told,
    seen_frame,
    strange_frame,
)
from waybill_contracts.judging.selecting import WANTED, by_schema
from waybill_contracts.judging.verdicts import Complaint, DeadRecord, JudgedRow, KafkaInput, RecordVerdict
from waybill_contracts.judging.writers import KnownSchemas, Writers, avro_type_of, ids_of, writer_name
from waybill_contracts.judging.written import written_row
from waybill_contracts.judging.written_id import (
    ID_BITS,
    ID_FRAMES,
    ID_FRAMES_TOLD,
    has_header_ids,
    header_id,
    header_value,
    may_be_asked,
)

# fmt: off
__all__ = [
    "COMPRESSED_GLUE", "HOUR_MICROS", "ID_BITS", "ID_FRAMES", "ID_FRAMES_TOLD", "VALUES_ID", "WANTED", "Complaint",
    "DeadRecord", "FolderWindow", "HeaderBytes", "JudgedRow", "KafkaInput", "KnownSchemas", "RecordJudge",
    "RecordVerdict", "Writers", "asks_headers", "avro_type_of", "beginning_of", "by_schema",
    "commonest_frame", "folder_name", "folder_of", "frame_seen", "frames_told", "has_header_ids",
    "header_id", "header_value", "holds_days", "ids_of", "key_reader", "may_be_asked", "seen_frame",
    "strange_frame", "unframe_of", "writer_name", "written_row",
]
