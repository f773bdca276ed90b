"""What the contract makes of the topic's newest records, and whether their frames are what it says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from waybill_contracts.document import ContractDocument
from waybill_contracts.judging import (
    DeadRecord,
    JudgedRow,
    KafkaInput,
    RecordJudge,
    Writers,
    frames_told,
    strange_frame,
)
from waybill_delivery.planning.plan_part import PlanPart, plural


def newest_part(
    document: ContractDocument, records: Sequence[KafkaInput], writers: Writers | None
) -> PlanPart:
    """``writers`` are the schemas of Avro by a registry; where they could not be told, nothing is judged."""
    said: dict[str, object] = {"looked_at": len(records), "looks_like": None}
    if not records:
        return PlanPart("newest_records", said, ("there is none to look at",))
    told = []
    strange = list(records)
    if document.value.registry is None or writers is not None:
        judge = RecordJudge(document, writers=writers)
        verdicts = [judge.judge(one) for one in records]
        dead = Counter(one.reason for one in verdicts if isinstance(one, DeadRecord))
        rows = sum(isinstance(one, JudgedRow) for one in verdicts)
        said |= {"rows": rows, "dead": dict(dead.most_common())}
        reasons = ", ".join(f"{reason} ({count})" for reason, count in dead.most_common(3))
        told.append(
            f"of the newest {plural(len(records), 'record')} {plural(rows, 'row')} would come"
            + (f", and {plural(sum(dead.values()), 'dead letter')}: {reasons}" if dead else "")
        )
        strange = [one for one, found in zip(records, verdicts, strict=True) if isinstance(found, DeadRecord)]
    seen = [found for one in strange if (found := strange_frame(one, document.value))]
    if seen:
        said["looks_like"] = frames_told(seen)
        says = f"frame {document.value.frame}" if document.value.frame else "no frame"
        told.append(
            f"{len(seen):,} of these look like {frames_told(seen)}, and the contract says {says}: they are dead "
            "letters unless its `value` says so"
        )
    return PlanPart("newest_records", said, tuple(told) or (f"{plural(len(records), 'record')} looked at",))
