"""Which contracts this release carries: for each stream the current one and those before it."""

from __future__ import annotations

from typing import NoReturn

from waybill_common.contract import Contract, Registry
from waybill_common.errors import SettingsRefused
from waybill_common.settings import StreamSettings
from waybill_streams.names import NAMES


class PackagedStreams(dict[str, Registry[Contract]]):
    """By their names. To ask for one that is not there raises ``SettingsRefused``."""

    def __missing__(self, stream: str) -> NoReturn:
        raise SettingsRefused(
            f"stream.name is {stream}, and Waybill brings no contract of that name along.",
            allowed=f"{', '.join(self)}; for delivering and redriving any stream whose contract's document "
            "stream.contract names.",
            remedy="correct stream.name, or name the document in stream.contract. Nothing was written.",
        )


STREAMS = PackagedStreams({"names": Registry((NAMES,))})


def is_filled_here(stream: StreamSettings) -> bool:
    """Whether a source of ours fills the stream's topic. Any other topic is somebody else's: nothing writes to it, or
    makes it, or makes one beside it."""
    return stream.name in STREAMS
