"""``waybill plan``: what a run would do and promise. It writes nothing, to the lake or to Kafka."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Any, Protocol

from waybill_common.components import module_of
from waybill_common.errors import KafkaRefused, KafkaUnavailable, WaybillError
from waybill_common.screen import Screen, Styled
from waybill_common.settings import DELIVERING, Settings, add_settings_flags
from waybill_ops.answers import StreamAnswer, answer_for_chosen, with_sibling
from waybill_streams.redrives import sibling_of

PLANNING = "waybill_delivery.plan_of_run"
"""Another component's: it is looked up by its name."""

SETTINGS = tuple(name for name in DELIVERING if name != "delivery.shutdown_timeout")
HELP = "say what a run would do and promise, and what would refuse it; nothing is written"


class _RunPlan(Protocol):
    @property
    def failure(self) -> WaybillError | None: ...

    def as_json(self) -> Mapping[str, Any]: ...

    def lines(self) -> list[tuple[str, str]]: ...


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout instead of lines")
    add_settings_flags(parser, *SETTINGS, several=True)


def run(flags: Namespace, environ: Mapping[str, str]) -> int:
    """After the plan was printed it raises what the run would end with."""
    planning = module_of(PLANNING, "waybill plan", beside="waybill-ops")
    return answer_for_chosen(flags, environ, "plan", lambda one: _plan_of(one, planning), at_once=8)


def _plan_of(settings: Settings, planning: Any) -> StreamAnswer:
    """Of one stream, and of what of it was redriven."""
    own = _answer(planning.plan_of(settings))
    if isinstance(own.failure, KafkaUnavailable | KafkaRefused):
        return own  # who did not answer is not asked again
    ask: Callable[[Settings], _RunPlan | None] = planning.plan_of_redriven

    def of_redriven() -> StreamAnswer | None:
        found = ask(settings)
        return None if found is None else _answer(found)

    return with_sibling(own, sibling_of(settings.stream).stream, of_redriven)


def _answer(plan: _RunPlan) -> StreamAnswer:
    def show(screen: Screen) -> None:
        for name, lines in groupby(plan.lines(), lambda one: one[0]):
            for at, (_, line) in enumerate(lines):
                screen.line(Styled(f"{'' if at else name:<16}", "bold"), line)

    return StreamAnswer(plan.as_json, show, plan.failure)
