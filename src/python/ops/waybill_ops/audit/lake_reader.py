"""Reading a stream's folder through pyarrow's file systems, on a local disk, S3 or GCS."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from pyarrow import fs

from waybill_common.errors import LakeRefused
from waybill_common.errors import LakeUnavailable
from waybill_common.settings import LakeSettings

_CHUNK = 4 << 20
_REFUSALS = (
    "ACCESS_DENIED",
    "NO_SUCH_BUCKET",
    "INVALID_ACCESS_KEY_ID",
    "SIGNATURE_DOES_NOT_MATCH",
    "HTTP status 403",
)


@dataclass(frozen=True)
class Copy:
    """An object's bytes as a local file, with what was hashed of exactly these bytes."""

    path: Path
    bytes: int
    sha256: str


@dataclass(frozen=True)
class LakeReader:
    """One stream's folder; keys are relative to it. Reads only."""

    settings: LakeSettings
    stream: str

    @property
    def address(self) -> str:
        return f"{self.settings.url.rstrip('/')}/{self.stream}"

    @property
    def is_local(self) -> bool:
        return self.settings.url.startswith(("/", "file:"))

    @cached_property
    def _system(self) -> fs.FileSystem:
        s = self.settings
        if self.is_local:
            return fs.LocalFileSystem()
        if s.url.startswith("s3:"):
            return fs.S3FileSystem(
                access_key=s.access_key_id,
                secret_key=s.secret_access_key.get_secret_value() if s.secret_access_key else None,
                region=s.region,
                endpoint_override=f"{s.endpoint.host}:{s.endpoint.port}" if s.endpoint else None,
                scheme=s.endpoint.scheme if s.endpoint else "https",
                connect_timeout=5,
                request_timeout=s.timeout,
                retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=s.attempts),
            )
        if s.url.startswith("gs:"):
            return fs.FileSystem.from_uri(s.url)[0]
        raise LakeRefused(
            f"verify can't read {s.url}.",
            allowed="a lake on a local folder, s3:// or gs://.",
            remedy="mount the container, or run the auditor in examples/ against a copy.",
        )

    @property
    def _base(self) -> str:
        parts = urlsplit(self.settings.url)
        return f"{parts.netloc}{parts.path}".rstrip("/") or "/"

    def _path(self, key: str) -> str:
        return f"{self._base}/{self.stream}/{key}"

    def require(self) -> None:
        """Raises ``LakeRefused`` where the lake itself (not the stream's folder in it) does not exist."""
        bucket = self._base if self.is_local else self._base.split("/", 1)[0]
        with self._errors("looking for it"):
            found = self._system.get_file_info(bucket).type
        if found != fs.FileType.Directory:
            raise LakeRefused(
                f"There is no lake at {self.settings.url}.",
                allowed="an existing folder or bucket.",
                remedy="correct lake.url; an audit creates nothing.",
            )

    def keys(self, folder: str) -> list[str]:
        """Keys of all files below ``folder``, sorted."""
        root = self._path("")
        with self._errors(f"listing {folder}"):
            selector = fs.FileSelector(self._path(folder), recursive=True, allow_not_found=True)
            infos = self._system.get_file_info(selector)
        return sorted(info.path.removeprefix(root) for info in infos if info.type == fs.FileType.File)

    def read(self, key: str) -> bytes | None:
        """The object's bytes, or None where there is none."""
        with self._errors(f"reading {key}"):
            try:
                with self._system.open_input_stream(self._path(key)) as stream:
                    return bytes(stream.read())
            except FileNotFoundError:
                return None

    @contextmanager
    def copy(self, key: str, scratch: Path) -> Iterator[Copy | None]:
        """The object as a file, so that the bytes that are hashed are those that are compared; None if it is gone.

        A local object is its own copy.
        """
        with tempfile.NamedTemporaryFile(dir=scratch, suffix=".parquet") as file:
            digest, size = hashlib.sha256(), 0
            with self._errors(f"reading {key}"):
                try:
                    with self._system.open_input_stream(self._path(key)) as stream:
                        while chunk := stream.read(_CHUNK):
                            digest.update(chunk)
                            size += len(chunk)
                            if not self.is_local:
                                file.write(chunk)
                except FileNotFoundError:
                    size = -1
            file.flush()
            path = Path(self._path(key)) if self.is_local else Path(file.name)
            yield Copy(path, size, digest.hexdigest()) if size >= 0 else None

    @contextmanager
    def _errors(self, doing: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            why = str(error).splitlines()[0][:300]
            if self.is_local or isinstance(error, PermissionError) or any(code in why for code in _REFUSALS):
                raise LakeRefused(
                    f"The lake {self.address} refused {doing}: {why}.",
                    allowed="a folder or bucket that these credentials may list and read.",
                    remedy="correct lake.url, its owner or the credentials.",
                ) from error
            raise LakeUnavailable(
                f"The lake {self.address} did not manage {doing}: {why}.",
                allowed=f"an answer within {self.settings.attempts} attempts of {self.settings.timeout:g} s.",
                remedy="check that the store runs and lake.endpoint is right; run again.",
            ) from error
