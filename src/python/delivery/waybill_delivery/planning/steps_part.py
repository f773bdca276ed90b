"""What the run would do first and then, by the decisions that the run itself goes by. Nothing is carried or written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from waybill_common.errors import WaybillError
from waybill_common.kafka import TopicState
from waybill_common.ledger import Deliver, Frontier, LedgerPosition, Manifest, NextStep, Open, Split, TooDead
from waybill_delivery.dead_letters_told import too_many_dead
from waybill_delivery.events import first_readable
from waybill_delivery.loop import DeliveryLoop
from waybill_delivery.planning.plan_part import PlanPart, by_partition, plural
from waybill_delivery.targets import next_targets, pending

_NO_RECEIPT = "0" * 64


@dataclass(frozen=True)
class StepsAhead:
    """``left_open`` is the commit that is finished first, ``opens`` the first new one. ``frontier`` is where that
    begins. ``problem`` is what would end the run, after what stands before it.
    """

    left_open: Manifest | None
    opens: Manifest | None
    frontier: Frontier
    problem: WaybillError | None

    @classmethod
    def of(cls, loop: DeliveryLoop, state: TopicState, most: int) -> StepsAhead:
        """``most`` offsets in one commit. Raises nothing that the run would end with."""
        first = loop.position.open
        frontier = loop.position.frontier
        try:
            if first is not None:
                _step(loop, state, frontier, most)
                loop = replace(loop, position=_closed(loop.position, first))
                frontier = loop.position.frontier
            elif loop.position.number == 0 and loop.origin_at is not None:
                frontier = loop.origin_at(state)
            step = _step(loop, state, frontier, most)
        except WaybillError as error:
            return cls(first, None, frontier, error)
        return cls(first, step.manifest if isinstance(step, Open) else None, frontier, None)


def steps_part(ahead: StepsAhead, state: TopicState, most: int) -> PlanPart:
    waiting = 0 if ahead.problem else pending(ahead.frontier, state.log_ends)
    holes = ahead.opens.holes if ahead.opens else ()
    lost = 0 if ahead.problem else _gone(ahead.left_open, state) + sum(one.end - one.start for one in holes)
    said = {
        "finishes_commit": ahead.left_open.number if ahead.left_open else None,
        "opens_commit": ahead.opens.number if ahead.opens else None,
        "from": by_partition(ahead.frontier),
        "offsets": waiting,
        "splits": len(ahead.opens.splits) if ahead.opens else 0,
        "lost": lost,
    }
    told = []
    if ahead.left_open is not None:
        told.append(
            f"first it finishes commit {ahead.left_open.number:,}, which is open, of "
            f"{plural(len(ahead.left_open.splits), 'split')}, under the contract that it names"
        )
    if ahead.opens is not None:
        moved = sum(end - ahead.opens.before.get(p, 0) for p, end in ahead.opens.after.items())
        told.append(
            f"it opens commit {ahead.opens.number:,} with {plural(moved, 'offset')} in "
            f"{plural(len(ahead.opens.splits), 'split')}; {plural(waiting, 'offset')} wait, at most {most:,} a commit"
        )
    elif ahead.problem is None:
        told.append(
            "nothing is to be delivered now" if ahead.left_open is None else "then nothing is left to deliver"
        )
    if lost:
        told.append(f"{plural(lost, 'offset')} are gone by retention, and are declared as lost (accept_loss)")
    return PlanPart("next", said, tuple(told))


def _step(loop: DeliveryLoop, state: TopicState, frontier: Mapping[int, int], most: int) -> NextStep:
    step = loop.step(next_targets(frontier, state.log_ends, most))
    if isinstance(step, TooDead):
        raise too_many_dead(loop.journal, step.position, loop.plan)
    if isinstance(step, Deliver):
        loop.check(step.manifest)
        for split in step.manifest.splits:
            _readable(step.manifest, split, state, accept_loss=loop.plan.accept_loss)
    if isinstance(step, Open):
        loop.check_opening()
    return step


def _readable(manifest: Manifest, split: Split, state: TopicState, *, accept_loss: bool) -> int:
    """Where a task would begin to read it. Raises ``DataLoss`` as the task does."""
    low = state.log_starts.get(split.partition, 0)
    return first_readable(manifest.topic, split, low, accept_loss=accept_loss)


def _gone(manifest: Manifest | None, state: TopicState) -> int:
    """Offsets of its splits that the topic no longer has."""
    if manifest is None:
        return 0
    return sum(_readable(manifest, one, state, accept_loss=True) - one.start for one in manifest.splits)


def _closed(position: LedgerPosition, manifest: Manifest) -> LedgerPosition:
    """As though its receipt stood; what that will count of dead letters is not known."""
    return replace(
        position,
        number=manifest.number,
        frontier=manifest.after,
        receipt_sha256=_NO_RECEIPT,
        open=None,
        open_sha256=None,
        format=manifest.format,
        contract=manifest.contract,
        judged=None,
    )
