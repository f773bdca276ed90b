"""What 0.1.0 said of a record: seven codes, and names sorted where the contract has none for them."""

from __future__ import annotations

from collections.abc import Sequence

from waybill_contracts.judging.verdicts import Complaint
from waybill_contracts.types import Misfit, Where, path_text, tokens_at

MOST_OF_A_NAME = 64

_CODES = {
    "duplicate_field": "bad_value",
    "bad_format": "bad_value",
    "out_of_range": "bad_value",
    "inexact": "bad_value",
    "too_deep": "bad_value",
}


def told_by_0_1_0(misfits: Sequence[tuple[Where, Misfit]]) -> tuple[Complaint, ...]:
    known, unknown = [], set()
    for where, misfit in misfits:
        if misfit.code == "unknown_field":
            unknown.add(tokens_at(where)[-1][:MOST_OF_A_NAME])
        else:
            known.append(Complaint(path_text(where), _CODES.get(misfit.code, misfit.code)))
    return (*known, *(Complaint(path_text((None, name)), "unknown_field") for name in sorted(unknown)))
