"""What a run of several streams came to: each stream's sums and end, and the exit code of the whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from waybill_common.many import Outcome, whole_code
from waybill_delivery.run_summary import RunSummary


@dataclass(frozen=True)
class StreamEnd:
    """``open_commit`` is the number of one that this run left open, if it did."""

    outcome: Outcome
    delivered: RunSummary = field(default_factory=RunSummary)
    seconds: float = 0.0
    open_commit: int | None = None

    def as_json(self) -> dict[str, object]:
        return {
            **self.outcome.as_json(),
            "open_commit": self.open_commit,
            **self.delivered.as_json(seconds=self.seconds),
        }


@dataclass(frozen=True)
class StreamsSummary:
    """By stream, in the order of their names."""

    streams: Mapping[str, StreamEnd]

    @property
    def exit_code(self) -> int:
        return whole_code(one.outcome.exit_code for one in self.streams.values())

    def as_json(self, *, seconds: float) -> dict[str, object]:
        """``{"exit_code", "streams": {NAME: {"exit_code", "error", "found", "open_commit", …}}, "seconds"}``, where the
        rest of a stream is as a run of it alone says it.
        """
        streams = {name: one.as_json() for name, one in sorted(self.streams.items())}
        return {"exit_code": self.exit_code, "streams": streams, "seconds": round(seconds, 3)}
