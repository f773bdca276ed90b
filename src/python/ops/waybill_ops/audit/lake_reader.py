"""Reading a stream's folder through pyarrow's file systems, on a local disk, S3 or GCS."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pyarrow import fs

from waybill_common.errors import LakeRefused
from waybill_common.settings import LakeSettings
from waybill_ops.file_system import FileSystems

T = TypeVar("T")

_CHUNK = 4 << 20


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
        """As the user wrote it."""
        return f"{self._systems.place.url.text}/{self.stream}"

    @property
    def is_local(self) -> bool:
        return self._systems.place.is_local

    @cached_property
    def _systems(self) -> FileSystems:
        return FileSystems(self.settings)

    def _path(self, key: str) -> str:
        return f"{self._systems.base}/{self.stream}/{key}"

    def require(self) -> None:
        """Raises ``LakeRefused`` where the lake itself (not the stream's folder in it) does not exist."""
        top = self._systems.top_folder
        found = self._asked("looking for it", lambda system: system.get_file_info(top).type)
        if found != fs.FileType.Directory:
            why = "no such folder" if self.is_local else f"NoSuchBucket, {top}"
            raise LakeRefused(
                f"There is no lake at {self.settings.url}: {why}.",
                allowed="an existing folder or bucket.",
                remedy="correct lake.url; an audit creates nothing.",
            )

    def keys(self, folder: str) -> list[str]:
        """Keys of all files below ``folder``, sorted."""
        root = self._path("")
        selector = fs.FileSelector(self._path(folder), recursive=True, allow_not_found=True)
        infos = self._asked(f"listing {folder}", lambda system: system.get_file_info(selector))
        return sorted(info.path.removeprefix(root) for info in infos if info.type == fs.FileType.File)

    def read(self, key: str) -> bytes | None:
        """The object's bytes, or None where there is none."""

        def read(system: fs.FileSystem) -> bytes | None:
            try:
                with system.open_input_stream(self._path(key)) as stream:
                    return bytes(stream.read())
            except FileNotFoundError:
                return None

        return self._asked(f"reading {key}", read)

    @contextmanager
    def copy(self, key: str, scratch: Path) -> Iterator[Copy | None]:
        """The object as a file, so that the bytes that are hashed are those that are compared; None if it is gone.

        A local object is its own copy, unless no pattern of DuckDB's could name it.
        """
        own = self.is_local and "\\" not in self._path(key)
        with tempfile.NamedTemporaryFile(dir=scratch, suffix=".parquet") as file:

            def copied(system: fs.FileSystem) -> Copy | None:
                digest, size = hashlib.sha256(), 0
                file.seek(0)
                file.truncate()
                try:
                    with system.open_input_stream(self._path(key)) as stream:
                        while chunk := stream.read(_CHUNK):
                            digest.update(chunk)
                            size += len(chunk)
                            if not own:
                                file.write(chunk)
                except FileNotFoundError:
                    return None
                file.flush()
                return Copy(Path(self._path(key) if own else file.name), size, digest.hexdigest())

            yield self._asked(f"reading {key}", copied)

    def _asked(self, doing: str, ask: Callable[[fs.FileSystem], T]) -> T:
        return self._systems.asked(self.address, doing, ask)
