"""The first contract of a new stream; where none can be made of what the records hold, each is kept whole as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from waybill_contracts.drafting import (
    ContractDraft,
    DraftRefused,
    DraftWishes,
    SampleRecord,
    draft_from_records,
    is_utf8,
)
from waybill_contracts.judging import COMPRESSED_GLUE, ID_FRAMES, commonest_frame, frames_told, seen_frame

_HALF = 0.5


def first_draft(records: Sequence[SampleRecord], wishes: DraftWishes, topic: str) -> ContractDraft:
    """Raises ``DraftRefused``, for frames without JSON in them too: their contract wants a schema."""
    try:
        draft = draft_from_records(records, wishes)
    except DraftRefused as refused:
        if wishes.form is not None:
            raise
        _check_unframed(records, wishes.stream, topic)
        if wishes.id or wishes.time:  # it may be the columns that he names
            raise
        values = [one.record.value for one in records if one.record.value is not None]
        if not values:
            raise
        whole = draft_from_records(
            records, replace(wishes, form="text" if all(map(is_utf8, values)) else "binary")
        )
        return replace(
            whole, told=(f"No contract can be made of what the records hold: {refused}.", *whole.told)
        )
    if wishes.form is None and draft.document.value.format != "json":
        _check_unframed(records, wishes.stream, topic)
    return draft


def _check_unframed(records: Sequence[SampleRecord], stream: str, topic: str) -> None:
    values = [one for one in records if one.record.value is not None]
    seen = [found for one in values if (found := seen_frame(one.record))]
    if seen and len(seen) > _HALF * len(values):
        schema = _by_schema(commonest_frame(seen), f"{stream} --topic {topic}")
        raise DraftRefused(
            f"these look like {frames_told(seen)}, and there is no JSON in them",
            allowed="JSON, plain or in a frame, text, or records whose schema is given",
            remedy=f"{schema}keep them whole by --format binary",
        )


def _by_schema(frame: str, begun: str) -> str:
    """How a contract is made for records in it."""
    if frame == COMPRESSED_GLUE:
        return ""
    flags = ["--registry SUBJECT"] if frame in ID_FRAMES else []
    ways = (f"`waybill stream new {begun} {one} --frame {frame}`" for one in (*flags, "--avro-schema FILE"))
    return f"give their schema: {', or '.join(ways)}, or by --contract FILE, as `waybill contract init` makes one; or "
