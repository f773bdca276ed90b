"""Freeze what 0.1.0 said of ``names``: its own contract code judges each record of ``names_records.py``.

    git archive 7c28ce8 src/python/common | tar -x -C DIR
    PYTHONPATH=DIR/src/python/common:tests python tests/corpus/make_names_verdicts.py > names.jsonl; xz -9e names.jsonl

It wants the pydantic of 0.1.0's lock. The stored file is never made anew: verdicts are added at its end.
"""

from __future__ import annotations

import base64
import json
import sys
from datetime import datetime
from typing import Any

import pydantic
import pydantic_core
from corpus.names_records import records

from waybill_common.contract import Dead, judge  # type: ignore[attr-defined]  # 0.1.0's own
from waybill_common.version import VERSION
from waybill_streams.names import NAMES

LOCKED = ("2.14.3", "2.50.4")


def line(value: bytes | None) -> dict[str, Any]:
    found = judge(NAMES, value)
    told: dict[str, Any] = {"value": None if value is None else base64.b64encode(value).decode()}
    if isinstance(found, Dead):
        return told | {"verdict": "dead", "reason": str(found.reason), "detail": found.detail}
    values = {name: text(one) for name, one in found}
    return told | {"verdict": "row", "values": values}


def text(value: object) -> str | None:
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
    return value if value is None or isinstance(value, str) else repr(value)


if __name__ == "__main__":
    assert (pydantic.VERSION, pydantic_core.__version__, VERSION) == (*LOCKED, "0.1.0")
    lines = [json.dumps(line(one), sort_keys=True, separators=(",", ":")) for one in records()]
    sys.stdout.write("".join(f"{one}\n" for one in dict.fromkeys(lines)))
