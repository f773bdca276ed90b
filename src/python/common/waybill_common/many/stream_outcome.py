"""What became of each stream of a run, and what the run as a whole ends with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from waybill_common.errors import OK, UNEXPECTED, WaybillError, exit_codes

FAILED_BY_BUG = "bug"
"""What an outcome names in an error's place, where a fault of ours ended a stream: its traceback is on stderr."""


@dataclass(frozen=True)
class Outcome:
    """``error`` is the class of what ended the stream, None where it ended well; ``found`` its first sentence."""

    stream: str
    exit_code: int = OK
    error: str | None = None
    found: str | None = None

    @classmethod
    def of(cls, stream: str, error: BaseException) -> Outcome:
        if isinstance(error, WaybillError):
            return cls(stream, error.exit_code, type(error).__name__, error.found)
        return cls(stream, UNEXPECTED, FAILED_BY_BUG)

    @property
    def end(self) -> str | None:
        """How it ended, where that was not well, without a word of somebody else's."""
        return None if self.error is None else f"it ended with {self.error} (exit code {self.exit_code})"

    def as_json(self) -> dict[str, object]:
        return {"exit_code": self.exit_code, "error": self.error, "found": self.found}


def whole_code(codes: Iterable[int]) -> int:
    """The exit code of a run over several streams: 1 if a fault of ours ended any; else the smallest one that another
    run may mend; else the smallest one that somebody has to mend first; else 0.
    """
    failed = {code for code in codes if code != OK}
    if not failed:
        return OK
    known = exit_codes()
    transient = {code for code in failed if code in known and known[code].transient}
    unknown = failed - known.keys()
    return UNEXPECTED if unknown else min(transient or failed)
