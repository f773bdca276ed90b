"""Words that several commands say alike."""

from __future__ import annotations


def going_over(number: int) -> str:
    """What to say of a dataset that is still of lake format 1 or 2."""
    return (
        f"the dataset is of lake format {number}: the next commit of this release takes it over to format 3, and from "
        "then on Waybill 0.1.0 can't go on with it"
    )
