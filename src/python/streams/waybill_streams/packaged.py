"""Contracts that are models of this release, beside their documents: those of the stream that 0.1.0 carried.

What that release wrote names no document: these stand for it. Events are made with the model; what judges them is the
document, as that of any other stream.
"""

from __future__ import annotations

import importlib
from typing import NoReturn

from waybill_common.contract import Contract, Registry
from waybill_common.errors import SettingsRefused
from waybill_common.settings import FIRST_STREAM


class PackagedStreams(dict[str, Registry[Contract]]):
    """By their names. To ask for one that is not there raises ``SettingsRefused``."""

    def __missing__(self, stream: str) -> NoReturn:
        raise SettingsRefused(
            f"The stream {stream} has no model in this release.",
            allowed=f"{', '.join(self)}.",
            remedy="correct --stream. Nothing was written.",
        )


STREAMS = PackagedStreams(
    {FIRST_STREAM: Registry((importlib.import_module(f"waybill_streams.{FIRST_STREAM}").CONTRACT,))}
)
