"""Reading ahead: records that no manifest has named yet, what a driver holds of them, and when it may use that."""

from __future__ import annotations

from collections.abc import Iterator

from unit.model.turn import Turn
from unit.model.world import Ahead, Manifest, Split, State

BEGINS_AT = {"plan", "close"}
UNDER_WAY = {*BEGINS_AT, "check_receipt", "look_for_open_manifest", "open_manifest", "check_manifest", "read"}


def reading_ahead(t: Turn) -> Iterator[tuple[str, State]]:
    """While a commit is closed, and before there is a next one: the topic's id is asked, and later records come."""
    ahead, at = t.me.ahead, t.me.at
    if not t.world.reads_ahead:
        return
    if ahead is None and at in BEGINS_AT:
        frontier = t.me.manifest.ends if t.me.manifest else t.me.frontier
        for partition, begin in enumerate(frontier):
            begun = Ahead(partition, begin, t.state.topic, t.release.contracts[-1])
            yield f"begins to read ahead at {partition}:{begin}", t.go(at, ahead=begun)
    elif ahead is not None and ahead.end < 0 and at in UNDER_WAY:
        stands = t.state.ends[ahead.partition]
        was_to_end = len(t.world.topics[t.state.topic][ahead.partition])
        end = stands if t.rules.range_ends_where_the_consumer_stands else was_to_end
        if t.state.log_start[ahead.partition] <= ahead.begin < end:  # an offset that has expired is an error
            offsets = tuple(range(ahead.begin, stands))
            come = ahead._replace(end=end, topic=t.state.topic, offsets=offsets)
            yield f"reads ahead up to {ahead.partition}:{end}", t.go(at, ahead=come)


def held(t: Turn, manifest: Manifest, split: Split) -> Ahead | None:
    """What of the split was read ahead, for a manifest that stands."""
    ahead = t.me.ahead
    first = max(split.start, t.state.log_start[split.partition])
    if ahead is None or ahead.partition != split.partition or not ahead.begin <= first < ahead.end:
        return None
    if t.rules.ahead_is_of_the_manifests_topic and ahead.asked != manifest.topic:
        return None
    if t.rules.prepared_for_another_contract_is_dropped and ahead.contract != manifest.contract:
        return None
    return ahead


def put_down(t: Turn, split: Split) -> Turn:
    """Whatever was read ahead of the split's partition was used, or does not fit."""
    if t.me.ahead is None or t.me.ahead.partition != split.partition:
        return t
    return t._replace(me=t.me._replace(ahead=None))
