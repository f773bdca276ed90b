"""The delivery task: by Spark, or by ``waybill deliver`` on the worker itself, as the deployment says."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import Any

from airflow.sdk import Context
from airflow.sdk.exceptions import AirflowFailException

from waybill_common.printable import printable
from waybill_dags.operator import ProgramHook
from waybill_dags.program import check, not_runnable, program_environment
from waybill_dags.spark_operator import PATIENCE_SECONDS, SECTIONS, TETHER, SparkDeliveryOperator

VARIABLE = "waybill_engine"
"""The Airflow Variable that names the engine."""

LOCAL, SPARK = "local", "spark"
ENGINE = f"{{{{ var.value.get('{VARIABLE}', '{SPARK}') }}}}"
"""The engine, for a templated field."""


class DeliveryHook(ProgramHook):
    """``waybill deliver``."""

    def ask_to_end(self) -> None:
        """After the commit in hand; at once where that takes too long."""
        for patience in (PATIENCE_SECONDS, 0.0):
            if self.sub_process is None or self.sub_process.poll() is not None:
                return
            self.send_sigterm()  # type: ignore[no-untyped-call]  # the hook's
            try:
                self.sub_process.wait(patience)
            except subprocess.TimeoutExpired:
                continue


class DeliveryOperator(SparkDeliveryOperator):
    """With ``engine`` "spark" it submits the bundle of ``home``, with "local" it runs ``waybill.pex deliver`` of the
    same folder, with the same ``options``. Either finishes what the other left open.
    """

    template_fields = ("home", "options", "engine")

    def __init__(self, *, engine: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.engine = engine
        self._here: DeliveryHook | None = None

    def execute(self, context: Context) -> None:
        """Raises ``ProgramRefused`` where another try can't help, ``ProgramEnded`` where it may."""
        if self.engine not in (LOCAL, SPARK):
            raise AirflowFailException(
                f"The Variable {VARIABLE} is {printable(self.engine)!r}. Allowed: {LOCAL} or {SPARK}. Remedy: correct "
                f"it, or remove it, which means {SPARK}."
            )
        if self.engine == SPARK:
            super().execute(context)
        else:
            self._deliver_here()

    def _deliver_here(self) -> None:
        tool = f"{self.home}/waybill.pex"
        if not os.access(tool, os.X_OK):  # what tethers it would say so in words of its own
            raise not_runnable(tool, OSError("there is no program"))
        tether = TETHER if shutil.which(TETHER[0]) else ()
        self._here = DeliveryHook()
        try:
            ended = self._here.run_command(
                [*tether, tool, "deliver", *self.options], env=program_environment(SECTIONS, self.stream)
            )
        except OSError as error:
            raise not_runnable(tool, error) from error
        check("waybill.pex", ended.exit_code)
        self._refuse_to_be_done()

    def on_kill(self) -> None:
        """As of a task with Spark: an end after the commit in hand, at once where that takes too long."""
        if self._here is None:
            super().on_kill()
            return
        self._asked_to_end = True
        self._here.ask_to_end()
