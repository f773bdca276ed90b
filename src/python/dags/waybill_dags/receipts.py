"""A stream's dataset as Airflow's asset, and the task that says what arrived in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from airflow.sdk import Asset, BaseOperator, Context
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from waybill_dags.asset_events import LOOK_BACK, EventsDiffer, extra_of, last_commit
from waybill_dags.program import ask, program_environment

SECTIONS = ("stream", "lake")
"""Of the settings, that a report uses."""


def asset_of(dataset: str) -> Asset:
    """What is delivered of a stream, or of its redrives. Where it lies is a setting, so that is not in the URI."""
    return Asset(name=f"waybill_{dataset}", uri=f"waybill://{dataset}/", group="waybill")


class ReceiptsOperator(BaseOperator):
    """Emits one event of ``asset`` for all receipts since the last event, whoever wrote them and whenever.

    Airflow stores the event together with the task's success, so an attempt that dies emits none and the next one
    counts anew. ``command`` is ``waybill report --json``, templated.
    """

    template_fields = ("command",)

    def __init__(self, *, command: Sequence[str], asset: Asset, stream: str, **kwargs: Any) -> None:
        super().__init__(inlets=[asset], outlets=[asset], **kwargs)
        self.command = list(command)
        self.asset = asset
        self.stream = stream

    def execute(self, context: Context) -> dict[str, Any]:
        """The event's ``extra``. Skips where there is no new receipt."""
        events = context["inlet_events"][self.asset].ascending(ascending=False).limit(LOOK_BACK)
        try:
            after = last_commit(event.extra or {} for event in events)
        except EventsDiffer as error:
            raise AirflowFailException(
                f"The next event of {self.asset.name} has no beginning: {error}. Allowed: an event with it. Remedy: "
                'create one by hand with extra {"last_commit": N}, N being the last commit that consumers have.'
            ) from error
        report = ask(
            [*self.command, f"--after={after}"], program_environment(SECTIONS, self.stream), self.log
        )
        extra = extra_of(report)
        if extra is None:
            raise AirflowSkipException(f"no receipt since commit {after}, so no event")
        context["outlet_events"][self.asset].extra = extra
        return extra
