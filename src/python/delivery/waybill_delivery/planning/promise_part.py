"""What the run promises, in words, and which rights it needs for that."""

from __future__ import annotations

from waybill_common.kafka import Topic, rights_of
from waybill_common.settings import DeliverySettings, StreamSettings
from waybill_contracts.document import ContractDocument
from waybill_delivery.planning.plan_part import PlanPart
from waybill_delivery.planning.topic_part import kept_for

_EXTRA = {
    "dead": "a record with a field that the contract does not name is a dead letter",
    "keep": "fields that the contract does not name are kept in the column _extra",
    "ignore": "fields that the contract does not name are left out, as it says",
}


def promise_part(
    stream: StreamSettings, delivery: DeliverySettings, document: ContractDocument | None, topic: Topic | None
) -> PlanPart:
    once = (
        "each committed record from there on is in the lake exactly once, as a row, as a dead letter, or counted as "
        "skipped where the contract's select does not ask for it; whoever is killed, and whoever runs beside"
    )
    told = [
        once,
        "records of transactions that were aborted, or are open, are not delivered",
    ]
    if not stream.is_filled:
        told.append(f"nothing is written to {stream.topic}, and no topic is made beside it")
    if document is not None and document.value.format == "json":
        told.append(_EXTRA[document.extra])
    if document is not None:
        told.append(
            "a record without a value is a row in which kafka_tombstone is true"
            if document.tombstones == "row"
            else "a record without a value is a dead letter"
        )
    kept = "Kafka's retention" if topic is None else f"retention ({kept_for(topic)})"
    if topic is None or topic.retention_ms >= 0 or topic.retention_bytes >= 0:
        told.append(
            f"what {kept} takes before a run has delivered it is lost: "
            + (
                "the run goes on, and the receipt names these offsets (delivery.accept_loss)"
                if delivery.accept_loss
                else "the next run ends with exit code 33"
            )
        )
    told.append(
        "dead letters are accepted, however many there are (delivery.accept_dead)"
        if delivery.accept_dead
        else f"a run ends with exit code 39 where more than {delivery.max_dead_share:g} of the last records, 1,000 or "
        "more, are dead letters"
    )
    return PlanPart("guarantee", told, tuple(told))


def rights_part(stream: StreamSettings, address: str, store: str | None, *, creates: bool) -> PlanPart:
    """``store`` is what is asked of the store at ``address``."""
    kafka = rights_of("deliver", stream, creates=creates)
    told = () if store is None else (f"{store} in {address}",)
    return PlanPart("rights", {"kafka": kafka, "store": store}, (*kafka, *told))
