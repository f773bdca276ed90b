"""Run by the PEX of Spark's bundle: the judge, without fast paths, without Kafka, on one core.

    judge_alone.py DOCUMENT RECORDS

``RECORDS`` is a file with a value a line. Says how many rows it has seen, and the CPU time of each.
"""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path

from waybill_common.terminal import say_json
from waybill_contracts.document import parse_document
from waybill_contracts.judging import JudgedRow, KafkaInput, RecordJudge

WARM_UP = 1000


def main() -> int:
    document, records = map(Path, sys.argv[1:])
    judge = RecordJudge(parse_document(document.read_bytes())).judge
    given = [KafkaInput(value) for value in records.read_bytes().splitlines()]
    for record in given[:WARM_UP]:
        judge(record)
    gc.collect()
    rows, began = 0, time.process_time()
    for record in given:
        rows += isinstance(judge(record), JudgedRow)
    seconds = time.process_time() - began
    say_json({"rows": rows, "microseconds_per_record": seconds / len(given) * 1e6})
    return 0


if __name__ == "__main__":
    sys.exit(main())
