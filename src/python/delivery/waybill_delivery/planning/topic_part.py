"""Where records come from and go to: the topic, the dataset, and where it begins."""

from __future__ import annotations

from collections.abc import Mapping

from waybill_common.kafka import Topic, TopicState
from waybill_common.ledger import DATA, DEAD_LETTERS, LedgerPosition, shown_offsets, shown_start
from waybill_common.stream_start import Start
from waybill_contracts.document import ContractDocument
from waybill_delivery.planning.plan_part import PlanPart, by_partition, plural

FORMAT = 3
"""Of the lake, that new manifests have."""

_DAY = 86_400


def topic_part(name: str, topic: Topic | None, state: TopicState | None, *, creates: bool) -> PlanPart:
    """``topic`` is None where it could not be asked for."""
    if topic is None:
        return PlanPart("topic", {"name": name, "exists": None}, (f"{name}, of which nothing is known now",))
    kept = {"cleanup_policy": topic.cleanup_policy, "retention_ms": topic.retention_ms}
    said = {"name": name, "exists": not creates, "partitions": topic.partitions, **kept}
    if creates:
        return PlanPart(
            "topic", said, (f"{name}, which the run makes, with {plural(topic.partitions, 'partition')}",)
        )
    offsets = {} if state is None else {"log_starts": state.log_starts, "log_ends": state.log_ends}
    said |= {"id": topic.id, "retention_bytes": topic.retention_bytes}
    said |= {key: by_partition(one) for key, one in offsets.items()}
    held = (
        ""
        if state is None
        else f", {sum(state.log_ends.values()) - sum(state.log_starts.values()):,} offsets there"
    )
    told = f"{name}: {plural(topic.partitions, 'partition')}{held}; Kafka keeps records {kept_for(topic)}"
    return PlanPart("topic", said, (told,))


def kept_for(topic: Topic) -> str:
    ms, size = topic.retention_ms, topic.retention_bytes
    days, rest = divmod(ms // 1000, _DAY)
    parts = [plural(days, "day")] * (days > 0) + [f"{rest / 3600:.1f} hours"] * (rest > 0 and days < 7)
    long = "for ever" if ms < 0 else " and ".join(parts) or f"{ms:,} ms"
    return long if size < 0 else f"{long}, up to {size:,} bytes a partition"


def lake_part(address: str, position: LedgerPosition | None, document: ContractDocument | None) -> PlanPart:
    """The dataset, its format, and what in it is found where. ``position`` is None where it could not be read."""
    folders = [] if document is None else [f"{one.key}=…" for one in document.partition_by]
    places = {
        "data": "/".join((address, DATA.strip("/"), *folders)),
        "dead_letters": f"{address}/{DEAD_LETTERS.strip('/')}",
    }
    said: dict[str, object] = {"dataset": address, **places}
    if position is None:
        return PlanPart("lake", said, (f"{address}, of which nothing is known now",))
    begun = position.number > 0 or position.open is not None
    now = position.open.format if position.open is not None else position.format
    said |= {
        "newest_commit": position.number,
        "open_commit": position.open.number if position.open else None,
        "format": now if begun else None,
        "next_format": FORMAT,
        "goes_over": position.is_old,
    }
    stand = f"its newest commit is {position.number:,}" if begun else "it has no commit yet"
    told = [f"{address}: {stand}; rows below {places['data']}, dead letters below {places['dead_letters']}"]
    if position.is_old:
        told.append(
            f"it is of lake format {now}, and goes over to format {FORMAT} with its next new commit: releases before "
            "0.2.0 can't go on with it then"
        )
    else:
        told.append(f"lake format {FORMAT}" + ("" if begun else ", from its first commit on"))
    return PlanPart("lake", said, tuple(told))


def origin_part(
    origin: Mapping[int, int], state: TopicState, start: Start | None, *, begun: bool, otherwise: str | None
) -> PlanPart:
    """``start`` is None where a dataset begins at 0 by itself; ``otherwise`` says where the dataset's beginning is
    another than that.
    """
    gone = {p: offset for p, offset in state.log_starts.items() if offset and offset <= origin.get(p, 0)}
    said = {
        "offsets": by_partition(origin),
        "start": None if start is None else shown_start(start),
        "is_pinned": begun,
        "gone_before": by_partition(gone),
        "otherwise": otherwise,
    }
    at = shown_offsets(origin) or "0 in each partition"
    told = [
        f"the dataset begins at {at}, as its first commit says"
        if begun
        else f"the dataset is to begin at {at}"
    ]
    if not begun and start is not None:
        told[0] += f" ({shown_start(start)}), which the first commit writes down, also where it moves nothing"
    if gone:
        told.append(
            f"retention has taken {plural(sum(gone.values()), 'offset')} before that already; they are not in the "
            "dataset, and not called lost"
        )
    if otherwise:
        told.append(f"{otherwise}; the run goes on from there")
    return PlanPart("origin", said, tuple(told))
