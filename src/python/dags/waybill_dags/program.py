"""Waybill's programs as tasks see them: their environment, their words, and what their end means to Airflow."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any, Protocol

from airflow.sdk import Connection, Variable
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowNotFoundException

from waybill_common.printable import printable, printable_lines
from waybill_dags.connections import KAFKA, S3, ConnectionRefused, kafka_settings, over, s3_settings
from waybill_dags.environment import (
    OF_THE_VARIABLE,
    refused_by_the_variable,
    with_sections,
    worker_environment,
)
from waybill_dags.verdict import TaskVerdict, explain, verdict

HOME = "{{ var.value.get('waybill_home', '/opt/waybill') }}"
"""The folder of the artifacts, for templated fields."""

ENVIRONMENT = "waybill_environment"
"""The Airflow Variable with the programs' settings: a JSON object of environment variables."""


class TaskLog(Protocol):
    """What Airflow's loggers and Python's have in common."""

    def info(self, message: str, /, *args: Any) -> Any: ...


class ProgramEnded(AirflowException):
    """A program ended without success; another try may succeed."""

    def __init__(self, program: str, exit_code: int) -> None:
        super().__init__(explain(program, exit_code))
        self.exit_code = exit_code


class ProgramRefused(ProgramEnded, AirflowFailException):
    """The same where another try gives the same answer."""


def check(program: str, exit_code: int) -> None:
    """Raises ``ProgramRefused`` where another try can't help, ``ProgramEnded`` where it may."""
    match verdict(exit_code):
        case TaskVerdict.DONE:
            return
        case TaskVerdict.FAIL:
            raise ProgramRefused(program, exit_code)
        case TaskVerdict.RETRY:
            raise ProgramEnded(program, exit_code)


def option(name: str, value: str) -> str:
    """A word ``name=…`` of a templated command; empty, which is no word, where the expression ``value`` is None."""
    return f"{{{{ '{name}=' ~ ({value}) if ({value}) is not none else '' }}}}"


def program_environment(sections: Sequence[str] | None = None, stream: str | None = None) -> dict[str, str]:
    """What a program is started with: the worker's variables, over them the connections', over these the Variable's.

    Of the settings only those of ``sections``, which the program uses, and of ``stream``; all where none are named.
    """
    kafka, s3 = _connection(KAFKA), _connection(S3)
    try:
        connected = {
            **(kafka_settings(kafka.extra_dejson) if kafka else {}),
            **(s3_settings(s3.login, s3.password, s3.extra_dejson) if s3 else {}),
        }
    except ConnectionRefused as error:
        raise AirflowFailException(str(error)) from error
    found = environment(os.environ, connected, Variable.get(ENVIRONMENT, default={}, deserialize_json=True))
    return found if sections is None else with_sections(found, sections, stream)


def environment(worker: Mapping[str, str], connected: Mapping[str, str], settings: object) -> dict[str, str]:
    """Raises ``AirflowFailException`` where the Variable is anything but texts by name, or sets what it may not."""
    if not isinstance(settings, dict) or not all(isinstance(value, str) for value in settings.values()):
        raise AirflowFailException(
            f"The Variable {ENVIRONMENT} is no JSON object of texts. Allowed: such as "
            '{"WAYBILL_KAFKA__BOOTSTRAP_SERVERS": "broker:9092"}; docs/settings.md lists the names.'
        )
    if refused := refused_by_the_variable(settings):
        raise AirflowFailException(
            f"The Variable {ENVIRONMENT} sets {', '.join(refused)}. Allowed: settings (WAYBILL_…), and "
            f"{', '.join(sorted(OF_THE_VARIABLE))}. Remedy: remove it, or set it in the worker's own environment."
        )
    return over(over(worker_environment(worker), connected), settings)


def _connection(conn_id: str) -> Connection | None:
    try:
        found: Connection = Connection.get(conn_id)
    except AirflowNotFoundException:
        return None
    return found


def ask(command: Sequence[str], env: Mapping[str, str], log: TaskLog) -> dict[str, Any]:
    """The JSON object that a program prints; what it says on stderr goes to the task's log.

    Raises as ``check`` does. It is bounded by the task's ``execution_timeout``, which ends the program too.
    """
    words = [word for word in command if word]
    log.info("Running command: %s", words)
    try:
        done = subprocess.run(words, env=dict(env), capture_output=True, text=True, check=False)
    except OSError as error:
        raise not_runnable(words[0], error) from error
    for line in printable_lines(done.stderr.rstrip("\n")):
        log.info("%s", line)
    check(PurePath(words[0]).name, done.returncode)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def not_runnable(path: str, error: OSError) -> AirflowFailException:
    return AirflowFailException(
        f"{printable(path)} can't be run: {printable(str(error))}. Allowed: the folder of the artifacts. Remedy: put "
        "them there, or correct the Variable waybill_home."
    )
