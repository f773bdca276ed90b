"""MinIO in a container that can be killed, paused and started again on the same port."""

from __future__ import annotations

import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from integration.containers.slot import Slot
from pyarrow.fs import FileSelector, FileType, S3FileSystem
from pydantic import HttpUrl, SecretStr
from testcontainers.core.container import DockerContainer
from testcontainers.core.network import Network
from waiting import wait_until

from waybill_common.settings import LakeSettings
from waybill_sandbox.ports import LOOPBACK

PART = "minio"
PORT = 9000
ACCESS_KEY = "waybill-test"
SECRET_KEY = "waybill-test-secret"
START_SECONDS = 60.0


@dataclass(frozen=True)
class Store:
    """``endpoint`` is for this machine, ``internal_endpoint`` for containers of the same network."""

    container: DockerContainer
    port: int

    @property
    def endpoint(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def internal_endpoint(self) -> str:
        return f"http://{PART}:{PORT}"

    @cached_property
    def files(self) -> S3FileSystem:
        """What a reader uses that knows nothing of Waybill."""
        return S3FileSystem(
            access_key=ACCESS_KEY,
            secret_key=SECRET_KEY,
            region="us-east-1",
            endpoint_override=self.endpoint,
            allow_bucket_creation=True,
        )

    def new_bucket(self) -> str:
        bucket = f"lake-{uuid.uuid4().hex[:12]}"
        self.files.create_dir(bucket)
        return bucket

    def objects(self, bucket: str) -> dict[str, tuple[int, int]]:
        """Every key in the bucket with its size and when it was written, in nanoseconds."""
        infos = self.files.get_file_info(FileSelector(bucket, recursive=True))
        return {info.path: (info.size, info.mtime_ns) for info in infos if info.type == FileType.File}

    def lake(self, bucket: str, **changes: object) -> LakeSettings:
        settings = LakeSettings(
            url=f"s3://{bucket}",
            endpoint=HttpUrl(self.endpoint),
            access_key_id=ACCESS_KEY,
            secret_access_key=SecretStr(SECRET_KEY),
        )
        return settings.model_copy(update=changes)

    def kill(self) -> None:
        """SIGKILL, as a crash; what it had acknowledged is on its disk."""
        self.container.get_wrapped_container().kill()

    def pause(self) -> None:
        """Takes connections and answers nothing, as a server that hangs."""
        self.container.get_wrapped_container().pause()

    def unpause(self) -> None:
        self.container.get_wrapped_container().unpause()

    def restore(self) -> None:
        """Up and answering, whatever a test has done to it."""
        wrapped = self.container.get_wrapped_container()
        wrapped.reload()
        if wrapped.status == "paused":
            wrapped.unpause()
        elif wrapped.status != "running":
            wrapped.start()
        self.await_health()

    def await_health(self) -> None:
        wait_until(self._healthy, self.container.get_logs, seconds=START_SECONDS, pause=0.1)

    def _healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.endpoint}/minio/health/live", timeout=2):  # noqa: S310  # ours
                return True
        except (urllib.error.URLError, OSError):
            return False


@contextmanager
def running_store(slot: Slot, network: Network, image: str) -> Iterator[Store]:
    """MinIO, answering, until the end of the block."""
    port = slot.port(0)
    env = {"MINIO_ROOT_USER": ACCESS_KEY, "MINIO_ROOT_PASSWORD": SECRET_KEY}
    with slot.container(
        image, PART, network, env=env, publish={PORT: port}, command=["server", "/data"]
    ) as container:
        store = Store(container, port)
        store.await_health()
        yield store
