"""A run that goes on waits for records of the topic that its dataset was begun with, and for no other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import pytest

from waybill_common.errors import TopicRefused
from waybill_common.kafka import TopicState
from waybill_common.lake import open_lake
from waybill_common.ledger import NOTHING, Journal, Layout, ManifestPlan
from waybill_common.settings import DeliverySettings, LakeSettings
from waybill_delivery.loop import DeliveryLoop
from waybill_local import local_run
from waybill_streams.names import NAMES

TOPIC = "names_topic"
AS_IT_WAS = TopicState(TOPIC, "id", {0: 0}, {0: 10})


@dataclass
class Stop:
    """Asks to stop after three looks, all of which found nothing to deliver."""

    looks: int = 0

    def asked(self) -> bool:
        return self.looks >= 3

    def wait(self, _seconds: float) -> None:
        self.looks += 1


def wait_for_records(folder: Path, *states: TopicState, fewest: int | None = None) -> Stop:
    """The topic is as ``states`` say, one look after the other; the last one stays."""
    seen = list(states)
    journal = Journal(open_lake(LakeSettings(url=str(folder)), "names"), writer="w")
    delivery = DeliveryLoop(
        journal=journal,
        plan=ManifestPlan(
            TOPIC, NAMES, Layout(row_group_rows=10, compression="zstd"), 10, accept_loss=False, writer="w", release="0"
        ),
        registry=cast(Any, None),
        topic=lambda: seen.pop(0) if len(seen) > 1 else seen[0],
        carry=lambda *_: pytest.fail("there is nothing to carry"),
        position=replace(NOTHING, number=3, format=3, frontier={0: 10}, stream="names", topic=TOPIC, topic_id="id"),
        sleep=lambda _seconds: None,
    )  # fmt: skip
    delivery._origin = {0: 0}
    settings = DeliverySettings(trigger="1 seconds", min_offsets_per_trigger=fewest)
    stop = Stop()
    local_run._follow(delivery, settings, 1.0, cast(Any, stop), cast(Any, Watch()), cast(Any, Sibling()))
    return stop


class Sibling:
    def deliver_if_due(self, _should_stop: object) -> None: ...


class Watch:
    def idle(self, _delivery: DeliveryLoop) -> None: ...


REFUSED = {
    "made anew": (replace(AS_IT_WAS, id="another"), "deleted and recreated"),
    "made anew, and empty": (replace(AS_IT_WAS, id="another", log_ends={0: 0}), "deleted and recreated"),
    "cut back": (replace(AS_IT_WAS, log_ends={0: 9}), "was cut back below offsets"),
    "without a partition": (replace(AS_IT_WAS, log_ends={}, log_starts={}), "was cut back below offsets"),
    "compacted": (replace(AS_IT_WAS, cleanup_policy="compact"), "removes records silently"),
}


@pytest.mark.parametrize(("found", "why"), REFUSED.values(), ids=REFUSED)
def test_a_topic_that_it_cannot_go_on_with_is_refused_though_nothing_waits(
    tmp_path: Path, found: TopicState, why: str
) -> None:
    with pytest.raises(TopicRefused, match=why):
        wait_for_records(tmp_path, AS_IT_WAS, found)


def test_it_is_refused_also_while_too_few_records_wait(tmp_path: Path) -> None:
    waiting = replace(AS_IT_WAS, id="another", log_ends={0: 12})
    with pytest.raises(TopicRefused, match="deleted and recreated"):
        wait_for_records(tmp_path, AS_IT_WAS, waiting, fewest=100)


def test_a_lower_end_that_was_shown_for_a_moment_ends_nothing(tmp_path: Path) -> None:
    assert wait_for_records(tmp_path, replace(AS_IT_WAS, log_ends={0: 4}), AS_IT_WAS).looks == 3


def test_records_that_are_held_back_stay_where_they_are(tmp_path: Path) -> None:
    assert wait_for_records(tmp_path, replace(AS_IT_WAS, log_ends={0: 12}), fewest=100).looks == 3
