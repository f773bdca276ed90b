"""What is said of offsets that Kafka no longer has."""

from __future__ import annotations

from waybill_common.errors import DataLoss
from waybill_common.ledger.entry import LostRange


def data_loss(topic: str, lost: tuple[LostRange, ...]) -> DataLoss:
    """The error, which names them."""
    named = ", ".join(f"partition {h.partition}: {h.start} to {h.end - 1} ({h.length} offsets)" for h in lost)
    return DataLoss(
        f"{topic} no longer has offsets that were never delivered: {named}.",
        allowed="a log start at or below the frontier.",
        remedy="accept the loss for one run with --delivery.accept-loss true: "
        "what is stored already is kept, and the receipt records the lost range. Produce a copy of the records, if "
        "there is one, to the topic afterwards, and raise its retention.",
    )
