"""An S3 server on loopback: MinIO where there is one, as a binary or a container, else moto's."""

from __future__ import annotations

import http.client
import subprocess
import sys
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

from pyarrow.fs import S3FileSystem

from waybill_common.errors import EnvironmentMissing
from waybill_common.java_home import on_path
from waybill_sandbox.ports import LOOPBACK, claim_port
from waybill_sandbox.process import Child, Command

MINIO_IMAGE = "quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z"
ACCESS_KEY = "waybill-sandbox"
SECRET_KEY = "waybill-sandbox-secret"  # noqa: S105  # of a server that only this machine reaches
REGION = "us-east-1"
START_SECONDS = 60.0
_MINIO_USER = {"MINIO_ROOT_USER": ACCESS_KEY, "MINIO_ROOT_PASSWORD": SECRET_KEY}
_NO_CONSOLE = {"MINIO_BROWSER": "off"}
"""Its web console would listen on every interface, whatever address the server has."""


class S3Kind(StrEnum):
    """Which server it is."""

    MINIO_BINARY = "minio binary"
    MINIO_CONTAINER = "minio container"
    MOTO = "moto"


@dataclass(frozen=True)
class S3Choice:
    """The server that this machine can run, and its program."""

    kind: S3Kind
    program: Path


def choose_server(minio_binary: str | None, search_path: str) -> S3Choice:
    """The best server at hand: ``minio_binary`` if given, MinIO on the path, a container with its image, moto.

    The container counts only if its image is on the machine: nothing is pulled. Raises EnvironmentMissing for a
    ``minio_binary`` that doesn't exist.
    """
    if minio_binary and not Path(minio_binary).is_file():
        raise EnvironmentMissing(
            f"MINIO_BINARY is {minio_binary}, which does not exist.",
            allowed="the path of a minio program, or no MINIO_BINARY at all.",
            remedy="correct or unset MINIO_BINARY.",
        )
    minio = minio_binary or on_path("minio", search_path)
    if minio:
        return S3Choice(S3Kind.MINIO_BINARY, Path(minio))
    docker = on_path("docker", search_path)
    if docker and _has_image(docker):
        return S3Choice(S3Kind.MINIO_CONTAINER, docker)
    return S3Choice(S3Kind.MOTO, Path(sys.executable))


class S3Server:
    """A running S3 server with path-style addresses. Use it as a context manager, or call ``stop``."""

    def __init__(self, choice: S3Choice, folder: Path, env: Mapping[str, str], *, port: int = 0) -> None:
        """``env`` is what the program needs besides its keys: PATH and HOME for docker. Raises PortInUse."""
        self.choice = choice
        self.port = claim_port(port, "the S3 server")
        self._container = f"waybill-s3-{uuid.uuid4().hex[:12]}"
        self._env = {**env, **_MINIO_USER, **_NO_CONSOLE}
        self._command = Command(
            f"the S3 server ({choice.kind})",
            self._arguments(folder / "s3-data"),
            env=self._env,
            log=folder / "s3.log",
        )
        self._child: Child | None = None

    @property
    def endpoint(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def start(self) -> Self:
        """Returns when it answers; raises ServiceNotReady after a minute."""
        self._child = Child(self._command)
        self._child.await_ready(lambda: _answers(self.port), START_SECONDS)
        return self

    def create_bucket(self, bucket: str) -> None:
        """Makes a bucket; its name takes three letters at least."""
        S3FileSystem(
            access_key=ACCESS_KEY,
            secret_key=SECRET_KEY,
            region=REGION,
            endpoint_override=self.endpoint,
            allow_bucket_creation=True,
        ).create_dir(bucket)

    def stop(self) -> None:
        if self._child is not None:
            self._child.stop()
            self._child = None

    def _arguments(self, data: Path) -> tuple[str, ...]:
        program = str(self.choice.program)
        match self.choice.kind:
            case S3Kind.MINIO_BINARY:
                return (program, "server", "--quiet", "--address", f"{LOOPBACK}:{self.port}", str(data))
            case S3Kind.MINIO_CONTAINER:
                # Docker's client hands SIGTERM on, and --rm removes the container with its data.
                publish = f"{LOOPBACK}:{self.port}:9000"
                keys = [part for name in _MINIO_USER for part in ("-e", name)]
                run = ("run", "--rm", "--name", self._container, "-p", publish, *keys, MINIO_IMAGE)
                return (program, *run, "server", "/data")
            case S3Kind.MOTO:
                # -P: this package's own folder must not stand in for anybody's modules.
                script = str(Path(__file__).with_name("moto_server.py"))
                return (program, "-P", script, "--host", LOOPBACK, "--port", str(self.port))

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _answers(port: int) -> bool:
    """Whether something speaks HTTP there. Docker accepts connections before the server in the container does."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=2)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    else:
        return True
    finally:
        connection.close()


def _has_image(docker: Path) -> bool:
    try:
        done = subprocess.run(
            [docker, "image", "inspect", MINIO_IMAGE], capture_output=True, timeout=10, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0
