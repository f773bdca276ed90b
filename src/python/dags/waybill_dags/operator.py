"""A task that runs one of Waybill's programs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from collections.abc import Sequence
from functools import cached_property
from pathlib import PurePath
from typing import Any

from airflow.providers.standard.hooks.subprocess import SubprocessHook
from airflow.sdk import BaseOperator
from airflow.sdk import Context
from airflow.sdk import Variable
from airflow.sdk.exceptions import AirflowException
from airflow.sdk.exceptions import AirflowFailException

from waybill_dags.verdict import Verdict
from waybill_dags.verdict import explain
from waybill_dags.verdict import verdict

ENVIRONMENT = "waybill_environment"
"""The Airflow Variable with the programs' settings: a JSON object of environment variables."""


class ProgramOperator(BaseOperator):
    """Runs ``command`` and turns its exit code into a success, another try or a failure for good.

    ``command`` is templated, so that the paths in it come from Variables when the task runs. Settings travel in the
    environment and are not rendered: the UI shows rendered fields. Ending the task sends SIGTERM, on which each
    program finishes or aborts what it has in hand.
    """

    template_fields = ("command",)

    def __init__(self, *, command: Sequence[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.command = list(command)

    @cached_property
    def _hook(self) -> SubprocessHook:
        return SubprocessHook()

    def execute(self, context: Context) -> None:  # noqa: ARG002  # Airflow's signature
        """Raises ``AirflowFailException`` where another try can't help, ``AirflowException`` where it may."""
        program = PurePath(self.command[0]).name
        settings = Variable.get(ENVIRONMENT, default={}, deserialize_json=True)
        try:
            result = self._hook.run_command(self.command, env=environment(os.environ, settings))
        except OSError as error:
            raise AirflowFailException(
                f"{self.command[0]} can't be run: {error}. Allowed: the folder of the artifacts. Remedy: put them "
                "there, or correct the Variable waybill_home."
            ) from error
        match verdict(result.exit_code):
            case Verdict.DONE:
                return
            case Verdict.FAIL:
                raise AirflowFailException(explain(program, result.exit_code))
            case Verdict.RETRY:
                raise AirflowException(explain(program, result.exit_code))

    def on_kill(self) -> None:
        self._hook.send_sigterm()  # type: ignore[no-untyped-call]  # the hook's method has no annotations


def environment(worker: Mapping[str, str], settings: object) -> dict[str, str]:
    """The worker's variables and over them those of the Variable; raises ``AirflowFailException`` for anything else."""
    if not isinstance(settings, dict) or not all(isinstance(value, str) for value in settings.values()):
        raise AirflowFailException(
            f"The Variable {ENVIRONMENT} is no JSON object of texts. Allowed: such as "
            '{"WAYBILL_KAFKA__BOOTSTRAP_SERVERS": "broker:9092"}; docs/settings.md lists the names.'
        )
    return {**worker, **settings}
