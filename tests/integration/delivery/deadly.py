"""What ends a process that meets a record: a Spark daemon whose workers die, and a contract whose judge does.

Spark starts its workers from the module that ``spark.python.daemon.module`` names: this one is pyspark's own, with a
fast path that dies, as of a library's bug.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from waybill_common.contract import BoundContract
from waybill_contracts.fast import FastRows
from waybill_contracts.fast.paths import FastPaths
from waybill_contracts.judging import KafkaInput, RecordJudge, RecordVerdict
from waybill_streams.names import NAMES

POISON = b"poison"


def die_of(value: bytes | None) -> None:
    if POISON in (value or b""):
        os.kill(os.getpid(), signal.SIGSEGV)


class DeadlyContract(BoundContract):
    """In the process that it is sent to, a record with that word ends whoever judges it."""

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self.__dict__.update(state)
        real = RecordJudge.judge

        def judge(self: RecordJudge, record: KafkaInput) -> RecordVerdict:
            die_of(record.value)
            return real(self, record)

        RecordJudge.judge = judge  # type: ignore[method-assign]


DEADLY = DeadlyContract(NAMES.stream, NAMES.version, NAMES.document)


def serve() -> None:
    from pyspark import daemon  # it reads the command line when it is imported

    real = FastPaths.read

    def read(self: FastPaths, values: pa.LargeBinaryArray) -> FastRows:
        for value in values.to_pylist():
            die_of(value)
        return real(self, values)

    FastPaths.read = read  # type: ignore[method-assign]
    daemon.manager()


if __name__ == "__main__":
    serve()
