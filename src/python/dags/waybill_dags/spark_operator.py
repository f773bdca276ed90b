"""The task that submits the Spark application: Airflow's own operator, told everything by ``waybill submit``."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from airflow.providers.apache.spark.hooks.spark_submit import SparkSubmitHook
from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.sdk import Connection, Context
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowNotFoundException

from waybill_dags.printable_log import LogsPrintable
from waybill_dags.program import ask, check, program_environment

APPLICATION = "SparkStructuredStreamingToS3"
CONNECTION = "waybill_spark"
SECTIONS = ("stream", "kafka", "registry", "lake", "delivery")
"""Of the settings, that the application uses."""

DEFAULT_MASTER = "local[*,4]"

PATIENCE_SECONDS = 3.0
"""How long an ended task waits for the commit in hand. Airflow kills the task itself after 5 s."""

TETHER = ("setpriv", "--pdeathsig", "TERM")
"""Of util-linux: the kernel ends the driver when the task's process is gone, however that ended."""


class DriverHook(LogsPrintable, SparkSubmitHook):
    """spark-submit in client mode. ``env`` is its environment: the hook's own ``env_vars`` become words of the
    command on YARN and Kubernetes, for everybody to read."""

    def __init__(self, *, env: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(conn_id=CONNECTION, **kwargs)
        self._driver_env = dict(env or {})

    @classmethod
    def get_connection(cls, conn_id: str) -> Connection:
        """Without a connection the programs' own default: the provider's would be a YARN cluster."""
        try:
            return super().get_connection(conn_id)
        except AirflowNotFoundException:
            return Connection(conn_id=conn_id, conn_type="spark", host=DEFAULT_MASTER)

    @property
    def master(self) -> str:
        """Spark's master. Raises ``AirflowFailException`` where the connection asks for cluster mode."""
        if self._connection["deploy_mode"] not in (None, "client"):
            raise AirflowFailException(
                f"The connection {CONNECTION} has deploy-mode {self._connection['deploy_mode']!r}. Allowed: client. "
                "Settings, secrets and the exit code do not reach a driver elsewhere. Remedy: remove deploy-mode."
            )
        return str(self._connection["master"])

    @property
    def exit_code(self) -> int:
        """spark-submit's, 0 before it ended."""
        return 0 if self._submit_sp is None else int(self._submit_sp.returncode or 0)

    def ended_within(self, seconds: float) -> bool:
        if self._submit_sp is None:
            return True
        try:
            self._submit_sp.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def submit(self, application: str = "", **kwargs: Any) -> str | None:
        """In a session of its own: what ends the task's process group is for the task to pass on."""
        try:
            driver = super().submit(application, env=self._driver_env, start_new_session=True, **kwargs)
        except Exception:
            self._close_output()
            raise
        # Not after a time-out, which is no Exception: the driver still writes while it finishes its commit.
        self._close_output()
        return driver

    def _close_output(self) -> None:
        if self._submit_sp is not None and self._submit_sp.stdout is not None:
            self._submit_sp.stdout.close()

    def _get_spark_binary_path(self) -> list[str]:
        tether = TETHER if shutil.which(TETHER[0]) else ()
        return [*tether, *super()._get_spark_binary_path()]


class SparkDeliveryOperator(SparkSubmitOperator):
    """Runs the bundle ``spark_app.zip`` of the folder ``home``; ``options`` are flags of the application, and
    settings of other streams than ``stream`` are kept from it.

    Paths, jars and conf come from ``waybill submit --print --json``, which checks the jars. They are no template
    fields: the UI shows those, and they are known only when the task runs. ``durable`` finds nothing to reconnect to
    in client mode, where the driver is part of the task; a retry submits again and finishes first what is open.
    """

    template_fields: tuple[str, ...] = ("home", "options")

    def __init__(
        self, *, home: str, options: Sequence[str], stream: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(conn_id=CONNECTION, name=APPLICATION, durable=True, **kwargs)
        self.home = home
        self.stream = stream
        self.options = list(options)
        self._driver: DriverHook | None = None
        self._driver_env: dict[str, str] = {}
        self._stop_file: Path | None = None
        self._asked_to_end = False

    def execute(self, context: Context) -> None:
        """Raises ``ProgramRefused`` where another try can't help, ``ProgramEnded`` where it may."""
        env = program_environment(SECTIONS, self.stream)
        # In a folder of its own: everybody can read its name, and could put a link of that name among temporary files.
        folder = tempfile.TemporaryDirectory(prefix="waybill-stop-", ignore_cleanup_errors=True)
        with folder as private:
            self._deliver(context, env, Path(private) / "stop")
        self._refuse_to_be_done()

    def _refuse_to_be_done(self) -> None:
        if self._asked_to_end:
            raise AirflowException(
                "The task was asked to end, and did so after the commit in hand: more may wait."
            )

    def _deliver(self, context: Context, env: Mapping[str, str], stop_file: Path) -> None:
        self._stop_file = stop_file
        told = self._ask_submit(DriverHook().master, env, self._stop_file)
        self.application, self.application_args = told["application"], told["arguments"]
        self.conf, self.files, self.jars = told["conf"], ",".join(told["files"]), ",".join(told["jars"])
        self._spark_binary, self._driver_env = told["spark_submit"], {**env, **told["environment"]}
        try:
            super().execute(context)
        except AirflowException as error:
            self._check_exit_code(error)
            raise

    def _ask_submit(self, master: str, env: Mapping[str, str], stop_file: Path) -> dict[str, Any]:
        tool, bundle = f"{self.home}/waybill.pex", f"{self.home}/spark_app.zip"
        words = [tool, "submit", "--bundle", bundle, "--master", master, "--print", "--json", "--"]
        return ask([*words, *self.options, f"--stop-file={stop_file}"], env, self.log)

    def _check_exit_code(self, error: AirflowException) -> None:
        try:
            check("spark-submit", self._driver.exit_code if self._driver else 0)
        except AirflowException as told:
            raise told from error

    def _get_hook(self) -> DriverHook:
        self._driver = DriverHook(
            env=self._driver_env,
            conf=self.conf,
            files=self.files,
            jars=self.jars,
            name=self.name,
            application_args=self.application_args,
            spark_binary=self._spark_binary,
        )
        return self._driver

    def on_kill(self) -> None:
        """Asks for an end after the commit in hand, and ends spark-submit where that takes too long."""
        if self._driver is None or self._stop_file is None:
            return
        self._asked_to_end = True
        self._stop_file.touch()
        if not self._driver.ended_within(PATIENCE_SECONDS):
            super().on_kill()
        # Airflow may end this process before `execute` comes to it.
        shutil.rmtree(self._stop_file.parent, ignore_errors=True)
