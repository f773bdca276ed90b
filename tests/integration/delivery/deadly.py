"""What ends a process that meets a record: a Spark daemon whose workers die, and a contract whose judge does.

Spark starts its workers from the module that ``spark.python.daemon.module`` names: this one is pyspark's own, with a
fast path that dies, as of a library's bug.
"""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from typing import Any

import pyarrow as pa
from pydantic import field_validator

from waybill_delivery.events.decode import Decoder
from waybill_streams.names import NAMES
from waybill_streams.names.contract import Name

POISON = "poison"


def die() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


class Deadly(Name):
    """A city of that name ends the process, whoever looks at it."""

    @field_validator("city")
    @classmethod
    def _city(cls, city: str) -> str:
        if city == POISON:
            die()
        return city


DEADLY = replace(NAMES, model=Deadly)


def serve() -> None:
    from pyspark import daemon  # it reads the command line when it is imported

    real = Decoder._canonical

    def canonical(self: Decoder, given: pa.LargeBinaryArray) -> Any:
        if any(POISON.encode() in (value or b"") for value in given.to_pylist()):
            die()
        return real(self, given)

    Decoder._canonical = canonical  # type: ignore[method-assign]
    daemon.manager()


if __name__ == "__main__":
    serve()
