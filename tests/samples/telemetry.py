"""OpenTelemetry's logs: three levels of lists, and nanoseconds as text."""

from __future__ import annotations

import json
from typing import Any

from samples.sample import HERE, Dead, Sample, record, row, whole

_TEXT = (HERE / "otlp_logs" / "logs.json").read_text()


def _slice(start: str, end: str) -> str:
    """The record's own bytes, its white space included."""
    at = _TEXT.index(start) + len(start)
    return _TEXT[at : _TEXT.index(end, at)].rstrip().rstrip(",")


def _logs(text: str) -> list[dict[str, Any]]:
    """As the record holds them, but values as the contract has them."""
    return [
        {
            "resource": _slice('"resource": ', '"scopeLogs"'),
            "scope_logs": [
                {
                    "scope": _slice('"scope": ', '"logRecords"'),
                    "log_records": [
                        {
                            "time": text,
                            "observed": "2018-12-13T14:51:00.300000Z",
                            "severity": "10",
                            "severity_text": "Information",
                            "trace_id": "5b8efff798038103d269b633813fc60c",
                            "span_id": "eee19b7ec3c1b174",
                            "body": _slice('"body": ', '"attributes"'),
                            "attributes": _ATTRIBUTES,
                        }
                    ],
                }
            ],
        }
    ]


_AT = _TEXT.index('"attributes": ', _TEXT.index('"body"')) + len('"attributes": ')
_ATTRIBUTES = _TEXT[_AT : _AT + json.JSONDecoder().raw_decode(_TEXT[_AT:])[1]]
_TIME = '"timeUnixNano": "1544712660300000000"'
OTLP = Sample(
    "otlp_logs",
    (
        whole("otlp_logs", "logs.json"),
        record(_TEXT.replace(_TIME, '"timeUnixNano": "1544712660300000999"')),
        record(_TEXT.replace(_TIME, '"timeUnixNano": 1544712660300000000')),
    ),
    (
        row(resource_logs=_logs("2018-12-13T14:51:00.300000Z")),
        row(resource_logs=_logs("2018-12-13T14:51:00.300000Z")),
        Dead((("/resourceLogs/0/scopeLogs/0/logRecords/0/timeUnixNano", "wrong_type"),)),
    ),
    "an export request of OTLP in JSON; one with 999 ns more, and one whose time is a number",
    "a row for each request, its records a nested list; `epoch_ns_text` never goes through a double, and "
    "`beyond_micros` `floor` drops the 999 ns; attributes of several types are JSON text",
)
