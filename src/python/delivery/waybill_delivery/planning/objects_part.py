"""How many objects a day comes to at this trigger: by how many records came lately, else at most. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, prod

from waybill_common.settings import DeliverySettings
from waybill_contracts.document import ContractDocument
from waybill_delivery.folder_bounds import identity_values
from waybill_delivery.planning.plan_part import PlanPart, plural
from waybill_delivery.trigger import period_of, seconds_of

_DAY = 86_400.0
_SMALL = 1_000
"""Rows in an object, below which it is said that it is small."""


@dataclass(frozen=True)
class DayOfDelivery:
    """``is_bound``: no more than these, whatever comes."""

    commits: float
    objects: float
    is_bound: bool


def objects_part(
    delivery: DeliverySettings,
    document: ContractDocument,
    longest: Mapping[int, int],
    day: Mapping[int, float] | None,
    waiting: Mapping[int, int],
) -> PlanPart:
    """``longest`` splits by partition, and the offsets that came on a ``day``, None where that can't be told.
    ``waiting`` is what the next commits deliver.
    """
    folders = _folders_at_once(document)
    each = f", each in up to {folders:,} folders" if folders > 1 else ""
    now = sum(ceil(count / longest[p]) for p, count in waiting.items()) * folders
    of_a_day = None if day is None else sum(day.values())
    said: dict[str, object] = {
        "trigger": delivery.trigger,
        "offsets_a_day": None if of_a_day is None else round(of_a_day),
        "now": now,
    }
    found = a_day(delivery, longest, day, folders)
    came = "how many records come in a day can't be told from the topic"
    if of_a_day is not None:
        came = f"about {of_a_day:,.0f} offsets come in a day, by the last ones"
    told = [came]
    if found is None:
        told.append(
            f"a run of trigger available-now ends with what is there: {plural(now, 'data object')} now{each}; a day "
            "has as many such runs as are started"
        )
    else:
        commits, objects = ceil(found.commits), ceil(found.objects)
        said |= {"commits_a_day": commits, "objects_a_day": objects, "is_bound": found.is_bound}
        about = "at most" if found.is_bound else "about"
        told.append(
            f"{about} {plural(objects, 'data object')} in {plural(commits, 'commit')} a day at trigger "
            f"'{delivery.trigger}'{each}, and at most one more of dead letters for each split; a commit has two "
            "entries in the ledger"
        )
        each_has = 0.0 if not of_a_day or found.is_bound else of_a_day / max(1, objects)
        if 0 < each_has < _SMALL:
            told.append(
                f"an object would have about {each_has:,.0f} records: delivery.min_offsets_per_trigger and a longer "
                "trigger make fewer and larger ones"
            )
    return PlanPart("objects", said, tuple(told))


def a_day(
    delivery: DeliverySettings, longest: Mapping[int, int], day: Mapping[int, float] | None, folders: int
) -> DayOfDelivery | None:
    """None for a trigger that has no period."""
    period = period_of(delivery.trigger)
    if period is None:
        return None
    if day is None:
        commits = _DAY / max(period, 0.001)
        return DayOfDelivery(commits, commits * len(longest) * folders, is_bound=True)
    whole = sum(day.values())
    if not whole:
        return DayOfDelivery(0, 0, is_bound=False)
    fewest = delivery.min_offsets_per_trigger or 1
    gathering = min(fewest * _DAY / whole, seconds_of(delivery.max_trigger_delay)) if fewest > 1 else 0.0
    commits = min(whole, _DAY / max(period, gathering, 0.001))
    commits = max(commits, ceil(whole / delivery.max_offsets_per_trigger))
    objects = sum(
        commits * ceil(count / commits / longest[p]) if count > commits else count for p, count in day.items()
    )
    return DayOfDelivery(commits, objects * folders, is_bound=False)


def _folders_at_once(document: ContractDocument) -> int:
    """Of the records of a moment, which are of one day or hour, as a rule."""
    return prod(
        identity_values(document, one) for one in document.partition_by if one.transform == "identity"
    )
