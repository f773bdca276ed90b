"""Variables that are of streams. It needs nothing but the standard library."""

from __future__ import annotations

import re

FOLDER_VARIABLE = "WAYBILL_STREAMS_FOLDER"
"""Names the folder of the user's streams, as ``--streams`` does."""

_OF_A_STREAM = re.compile(r"WAYBILL_STREAMS__([A-Z][A-Z0-9_]*?)__([A-Z0-9_]+)")


def of_a_stream(variable: str) -> tuple[str, str] | None:
    """``WAYBILL_STREAMS__ORDERS__TOPIC`` is ``topic`` of the stream ``orders``."""
    found = _OF_A_STREAM.fullmatch(variable)
    return (found[1].lower(), found[2].lower()) if found else None
