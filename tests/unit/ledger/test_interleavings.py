"""Random interleavings of drivers, late attempts, crashes and lost replies on a real folder."""

from __future__ import annotations

import tempfile
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from unittest.mock import patch

import pytest
from corpus.names_document import contract_of
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field
from unit.ledger.invariants import Invariants
from unit.ledger.world import Actor, Fault, Killed, Log, World, encode_by_build

from waybill_common.errors import BackfillRefused, ContractRefused, DataLoss, DriverFenced, LakeUnavailable
from waybill_common.lake import open_lake
from waybill_common.ledger import OffsetRange
from waybill_common.settings import LakeSettings
from waybill_streams.names import NAMES
from waybill_streams.names.contract import Name


class Wider(Name):
    """A later contract: it lets any e-mail address through, so that two contracts disagree on some records."""

    email: Annotated[str, Field(max_length=320)]


LATER = contract_of(Wider, version=2)


def record(number: int) -> bytes:
    event = Wider(
        id=str(uuid.UUID(int=number)),
        full_name="A",
        gender="male",
        location="1, B",
        city="C",
        state=None,
        country="D",
        nat="GB",
        postcode=None,
        latitude=0.0,
        longitude=0.0,
        email="example.org" if number % 3 == 0 else "a@example.com",
        produced_at=datetime(2026, 11, 21 + number % 2, tzinfo=UTC),
    )
    return b"broken" if number % 5 == 4 else LATER.encode(event)


@dataclass(frozen=True)
class Step:
    """One move of the scheduler."""

    kind: str
    who: int
    fault: Fault


FAULTS = st.sampled_from([Fault.NONE] * 6 + list(Fault)[1:])
STEPS = st.builds(
    Step,
    kind=st.sampled_from(["step"] * 12 + ["driver", "late attempt", "grow", "expire", "apply late"]),
    who=st.integers(0, 5),
    fault=FAULTS,
)


def play(world: World, check: Invariants, steps: list[Step], ends: dict[int, int]) -> list[Actor]:
    """Carry out the steps; the invariants hold after each of them."""
    actors = [world.driver(), world.driver(build=1, contract=0)]
    for step in steps:
        alive = [actor for actor in actors if actor.alive]
        if step.kind == "driver" and len(alive) < 5:
            actors.append(world.driver(build=step.who % 2, contract=step.who % 2))
        elif step.kind == "late attempt" and world.carried and len(alive) < 5:
            actors.append(world.late_attempt(step.who, build=step.who % 2))
        elif step.kind == "grow":
            world.log.ends = ends
        elif step.kind == "expire" and world.accept_loss:
            partition = step.who % 2
            world.log.starts[partition] = min(world.log.starts[partition] + 2, world.log.ends[partition])
        elif step.kind == "apply late" and world.late:
            world.late.pop(step.who % len(world.late))()
        elif alive:
            alive[step.who % len(alive)].step(step.fault)
        check.once_at_any_moment()
        check.as_stored()
        check.none_missing(world.log.records)
    return actors


def settle(world: World, check: Invariants, actors: list[Actor]) -> None:
    """A plain re-run reaches the end of the log; whoever was frozen wakes up afterwards and changes nothing."""
    last = world.driver()
    last.finish()
    assert last.outcome is None, last.outcome
    for request in world.late:
        request()
    before = check.receipts()
    for actor in actors:
        actor.finish()
        assert isinstance(actor.outcome, ALLOWED_ENDS if actor.drives else UNHEARD_ENDS), actor.outcome
    assert check.receipts()[: len(before)] == before
    assert check.receipts()[-1]["frontier"] == {str(p): end for p, end in world.log.ends.items()}
    check.once_at_any_moment()
    check.as_stored()
    check.none_missing(world.log.records)
    check.chained()


@settings(max_examples=60)
@given(
    steps=st.lists(STEPS, min_size=10, max_size=40),
    faults=st.lists(st.tuples(st.integers(0, 5), FAULTS), max_size=40),
)
def test_a_backfill_begins_the_dataset_or_is_refused_whoever_else_wants_to(
    steps: list[Step], faults: list[tuple[int, Fault]]
) -> None:
    stretch, other = OffsetRange({0: 2}, {0: 5}), OffsetRange({0: 1, 1: 0}, {0: 4, 1: 1})
    with (
        tempfile.TemporaryDirectory() as folder,
        patch("waybill_delivery.objects.storing.encode", encode_by_build),
    ):
        lake = open_lake(LakeSettings(url=folder, attempts=3), "names")
        records = {0: {o: record(o) for o in range(8) if o != 6}, 1: {o: record(20 + o) for o in (0, 2)}}
        world = World(lake, Log(records, {0: 5, 1: 1}), (NAMES, LATER))
        check = Invariants(Path(folder) / "names")
        backfills = [world.backfill(stretch), world.backfill(stretch, build=1), world.backfill(other)]
        for who, fault in faults:
            if (actor := backfills[who % 3]).alive:
                actor.step(fault)
            check.once_at_any_moment()
            check.none_missing(world.log.records)
        actors = backfills + play(world, check, steps, {0: 8, 1: 3})
        world.log.ends = {0: 8, 1: 3}
        settle(world, check, actors)


# Killed stands in for SIGKILL; a store that loses every reply of a bounded retry is reported as unavailable. A driver
# of the older contract ends behind a commit of the later one.
ALLOWED_ENDS = (type(None), Killed, DriverFenced, LakeUnavailable, BackfillRefused, ContractRefused)
# A late attempt that read its split before retention took it meets an object with fewer rows; no driver hears of it.
UNHEARD_ENDS = (*ALLOWED_ENDS, DataLoss)


@pytest.mark.parametrize(
    "accept_loss", [False, True], ids=["retention keeps up", "retention passes the frontier"]
)
@settings(max_examples=80)
@given(steps=st.lists(STEPS, min_size=10, max_size=50))
def test_once_at_any_moment_none_missing_as_stored_and_somebody_can_go_on(
    accept_loss: bool, steps: list[Step]
) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        patch("waybill_delivery.objects.storing.encode", encode_by_build),
    ):
        lake = open_lake(LakeSettings(url=folder, attempts=3), "names")
        records = {0: {o: record(o) for o in range(8) if o != 6}, 1: {o: record(20 + o) for o in (0, 2)}}
        world = World(lake, Log(records, {0: 5, 1: 1}), (NAMES, LATER), accept_loss=accept_loss)
        check = Invariants(Path(folder) / "names")
        actors = play(world, check, steps, {0: 8, 1: 3})
        world.log.ends = {0: 8, 1: 3}
        settle(world, check, actors)
