"""The audit of a lake beside a list of records, without Kafka: as ``auditing`` goes, but for what it asks of Kafka."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from confluent_kafka import Message

from waybill_common.screen import on_stderr
from waybill_common.settings import LakeSettings
from waybill_contracts.judging import KafkaInput
from waybill_ops.audit.compare import compare
from waybill_ops.audit.database import open_database
from waybill_ops.audit.findings import Finding
from waybill_ops.audit.judged_log import JudgedLog
from waybill_ops.audit.kafka_log import PartitionBounds
from waybill_ops.audit.lake_reader import LakeReader
from waybill_ops.audit.ledger_files import read_ledger
from waybill_ops.audit.ledger_tables import fill_bounds, fill_splits
from waybill_ops.audit.log_sink import LogSink
from waybill_ops.audit.log_table import LogRecord
from waybill_ops.audit.record_terms import terms_of
from waybill_ops.audit.stored_objects import load_objects
from waybill_streams.packaged import STREAMS


def audit_of(
    folder: Path,
    stream: str,
    log: Mapping[tuple[int, int], KafkaInput],
    ends: Mapping[int, int],
    log_start: int = 0,
) -> list[Finding]:
    """What verify finds in the lake ``folder``, with ``log`` for a topic."""
    lake = LakeReader(LakeSettings(url=str(folder)), stream)
    ledger = read_ledger(lake)
    terms = terms_of(ledger, stream)
    with tempfile.TemporaryDirectory() as scratch, open_database(Path(scratch)) as database:
        known = STREAMS[stream].contracts if stream in STREAMS else ()
        with on_stderr().progress() as bars:
            loaded = load_objects(lake, ledger, terms, known, database, Path(scratch), bars)
        kept = [(at, one) for at, one in log.items() if at[1] >= log_start]
        records: list[LogRecord] = [(*at, one.timestamp, one.key, one.value) for at, one in kept]
        if known:
            LogSink(database, terms, loaded.columns, known[-1].id_field).insert(
                [
                    Message(
                        topic="t",
                        partition=at[0],
                        offset=at[1],
                        key=one.key,
                        value=one.value,
                        headers=[],
                        timestamp=(1, one.timestamp),
                    )
                    for at, one in kept
                ]
            )
        else:
            JudgedLog(database, terms).insert_records(
                records, [terms.split_at(*at) for at, _ in kept], lambda index: kept[index][1].headers
            )
        bounds = {one: PartitionBounds(log_start, end) for one, end in ends.items()}
        fill_bounds(database, ledger, bounds, {}, complete=False)
        fill_splits(database, terms, loaded)
        return [*ledger.findings, *loaded.findings, *compare(database, with_log=True)]
