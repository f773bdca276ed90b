"""Words that several commands say alike."""

from __future__ import annotations

from collections.abc import Mapping

from waybill_common.ledger import shown_offsets


def counted(number: int, what: str) -> str:
    """``1 commit``, ``1,000 commits``."""
    return f"{number:,} {what}{'s' * (number != 1)}"


def going_over(number: int) -> str:
    """What to say of a dataset that is still of lake format 1 or 2."""
    return (
        f"the dataset is of lake format {number}: the next commit of this release takes it over to format 3, and from "
        "then on Waybill 0.1.0 can't go on with it"
    )


def begins_at(origin: Mapping[int, int], and_so: str) -> str:
    """What to say of a dataset whose partitions do not all begin at 0."""
    return f"the dataset begins at {shown_offsets(origin)}; {and_so}"
