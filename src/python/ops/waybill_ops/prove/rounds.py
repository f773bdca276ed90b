"""The order: rounds, then the audit, then the comparison."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from waybill_common.errors import OK
from waybill_common.lake import open_lake
from waybill_common.screen import Screen
from waybill_ops.audit import audit
from waybill_ops.prove.chosen_engines import ChosenEngines
from waybill_ops.prove.comparison import Expected, compare_sent_with_stored
from waybill_ops.prove.drivers import Drivers
from waybill_ops.prove.fault_plan import ProofPlan
from waybill_ops.prove.injection import Stage
from waybill_ops.prove.programs import programs_in
from waybill_ops.prove.proof import Proof, RoundOutcome, rows_of
from waybill_ops.prove.proof_events import event_id, is_malformed
from waybill_ops.prove.proof_table import showing
from waybill_ops.prove.scratch import Scratch
from waybill_ops.prove.sender import Sender
from waybill_ops.prove.stored import read_arrived
from waybill_ops.prove.watch import Watch


class FirstRunFailed(Exception):
    """The first run of an engine, which nothing disturbed, had exit ``code``: nothing can be proved here yet."""

    def __init__(self, code: int, log: str) -> None:
        super().__init__(code, log)
        self.code = code
        self.log = log


def child_variables(plan: ProofPlan, scratch: Scratch) -> dict[str, str]:
    """The variables of drivers and producers, with the run's own topic and lake."""
    return {
        "WAYBILL_STREAM__TOPIC": scratch.name,
        "WAYBILL_LAKE__URL": scratch.settings.lake.url,
        "WAYBILL_KAFKA__CREATE_TOPICS": "false",
        "WAYBILL_DELIVERY__TRIGGER": "available-now",
        "WAYBILL_DELIVERY__ACCEPT_LOSS": "false",
        "WAYBILL_DELIVERY__ACCEPT_DEAD": "false",
        "WAYBILL_DELIVERY__MAX_DEAD_SHARE": "1",
        "WAYBILL_DELIVERY__ROWS_PER_OBJECT": str(plan.rows_per_object),
        "WAYBILL_DELIVERY__MAX_OFFSETS_PER_TRIGGER": str(plan.offsets_per_trigger),
    }


def prove(
    plan: ProofPlan,
    scratch: Scratch,
    chosen: ChosenEngines,
    env: Mapping[str, str],
    folder: Path,
    screen: Screen,
) -> Proof:
    """``env`` is the children's whole environment, ``folder`` takes their logs; progress goes to ``screen``.

    Raises ``FirstRunFailed``, and what ``Sender.send`` and ``audit`` raise.
    """
    began = time.monotonic()
    settings = scratch.settings
    sender = Sender(settings.kafka, scratch.topic, plan.seed)
    with programs_in(folder) as programs, showing(plan, screen) as display:
        watch = Watch(open_lake(settings.lake, settings.stream.lake_folder))
        stage = Stage(plan, Drivers(chosen, env, programs), env, programs, sender, watch)
        outcomes: list[RoundOutcome] = []
        for one in plan.rounds:
            display.begins(one)
            outcome = stage.cause(one)
            display.ended(one, outcome)
            if one.number < plan.engines and outcome.codes != (OK,):
                raise FirstRunFailed(outcome.codes[0], programs.started[-1].tail())
            outcomes.append(outcome)
    with screen.progress() as progress:
        report = audit(settings, complete=True, progress=progress)
    account = compare_sent_with_stored(_expected(plan, sender), read_arrived(settings))
    return Proof(
        plan=plan,
        engines=tuple(map(str, chosen.engines)),
        left_out={str(engine): why for engine, why in chosen.left_out.items()},
        topic=scratch.name,
        lake=settings.lake.url,
        rows=rows_of(plan, outcomes, account),
        account=account,
        audit=report,
        aborted=sender.aborted,
        last=outcomes[-1].codes[-1],
        seconds=time.monotonic() - began,
    )


def _expected(plan: ProofPlan, sender: Sender) -> list[Expected]:
    return [
        Expected(number, event_id(plan.seed, number), place, is_malformed(plan.seed, number))
        for number, place in sorted(sender.acknowledged.items())
    ]
