"""A task that runs one of Waybill's programs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import PurePath
from typing import Any

from airflow.providers.standard.hooks.subprocess import SubprocessHook
from airflow.sdk import BaseOperator, Context

from waybill_dags.printable_log import LogsPrintable
from waybill_dags.program import check, not_runnable, program_environment


class ProgramHook(LogsPrintable, SubprocessHook):
    """What the program prints becomes lines of the task's log."""


class ProgramOperator(BaseOperator):
    """Runs ``command`` and turns its exit code into a success, another try or a failure for good.

    ``command`` is templated, so that paths and params get into it when the task runs; words that come out empty are
    left out. Settings travel in the environment and are not rendered: the UI shows rendered fields. Ending the task
    sends SIGTERM, on which each program finishes or aborts what it has in hand.
    """

    template_fields = ("command",)

    def __init__(
        self,
        *,
        command: Sequence[str],
        sections: Sequence[str] | None = None,
        stream: str | None = None,
        **kwargs: Any,
    ) -> None:
        """``sections`` are those of the settings that the program uses, ``stream`` is the one that it works on; it sees
        no others.
        """
        super().__init__(**kwargs)
        self.command = list(command)
        self.sections = sections
        self.stream = stream

    @cached_property
    def _hook(self) -> ProgramHook:
        return ProgramHook()

    def execute(self, context: Context) -> None:  # noqa: ARG002  # Airflow's signature
        """Raises ``ProgramRefused`` where another try can't help, ``ProgramEnded`` where it may."""
        words = [word for word in self.command if word]
        try:
            result = self._hook.run_command(words, env=program_environment(self.sections, self.stream))
        except OSError as error:
            raise not_runnable(words[0], error) from error
        check(PurePath(words[0]).name, result.exit_code)

    def on_kill(self) -> None:
        self._hook.send_sigterm()  # type: ignore[no-untyped-call]  # the hook's
