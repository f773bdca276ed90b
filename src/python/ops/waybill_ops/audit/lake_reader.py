"""Reading a stream's folder through pyarrow's file systems, on a local disk, S3 or GCS."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, TypeVar

from pyarrow import NativeFile, fs

from waybill_common.errors import LakeRefused, LedgerCorrupt
from waybill_common.settings import LakeSettings
from waybill_ops.audit.local_files import Unsafe, check_key, list_files, open_file
from waybill_ops.file_system import NO_OBJECT, FileSystems, no_store

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
        return f"{self._systems.location.url.text}/{self.stream}"

    @property
    def is_local(self) -> bool:
        return self._systems.location.is_local

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
                remedy="correct lake.url, or deliver first; an audit creates nothing.",
            )
        self._require_a_store()

    def _require_a_store(self) -> None:
        if self.is_local:
            return
        path = self._path(NO_OBJECT)
        found = self._asked(f"looking for {NO_OBJECT}", lambda system: system.get_file_info(path).type)
        if found != fs.FileType.NotFound:
            raise no_store(self.address)

    def keys(self, folder: str) -> list[str]:
        """Keys of all files below ``folder``, sorted. Raises ``LedgerCorrupt`` where a link leads elsewhere."""
        try:
            return sorted(self._asked(f"listing {folder}", lambda system: self._listed(system, folder)))
        except Unsafe as problem:
            raise self.corrupt(folder, str(problem)) from problem

    def _listed(self, system: fs.FileSystem, folder: str) -> list[str]:
        root = self._path("")
        if self.is_local:
            return list(list_files(Path(root), folder))
        infos = system.get_file_info(fs.FileSelector(root + folder, recursive=True, allow_not_found=True))
        return [info.path.removeprefix(root) for info in infos if info.type == fs.FileType.File]

    def read(self, key: str, most: int) -> bytes | None:
        """The object's bytes, or None where there is none.

        Raises ``Unsafe`` where there are more than ``most``, or what stands there is no object of the dataset.
        """

        def read(system: fs.FileSystem) -> bytes | None:
            try:
                with self._open(system, key) as stream:
                    parts, left = [], most + 1
                    while left > 0 and (part := stream.read(min(left, _CHUNK))):
                        parts.append(part)
                        left -= len(part)
                    return b"".join(parts)
            except FileNotFoundError:
                return None

        body = self._asked(f"reading {key}", read)
        if body is not None and len(body) > most:
            raise Unsafe(f"it has more than {most} bytes")
        return body

    def require_file(self, key: str) -> None:
        """Raises ``LedgerCorrupt`` where a local lake has something under ``key`` that is no file of the dataset."""
        if self.is_local:
            try:
                os.close(open_file(Path(self._path("")), key))
            except FileNotFoundError:
                return
            except Unsafe as problem:
                raise self.corrupt(key, str(problem)) from problem

    @contextmanager
    def copy(self, key: str, scratch: Path) -> Iterator[Copy | None]:
        """The object as a file, so that the bytes that are hashed are those that are compared; None if it is gone.

        A local object is its own copy, unless no pattern of DuckDB's could name it. Raises ``Unsafe`` as ``read`` does.
        """
        own = self.is_local and "\\" not in self._path(key)
        with tempfile.NamedTemporaryFile(dir=scratch, suffix=".parquet") as file:

            def copied(system: fs.FileSystem) -> Copy | None:
                digest, size = hashlib.sha256(), 0
                file.seek(0)
                file.truncate()
                try:
                    with self._open(system, key) as stream:
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

    def corrupt(self, key: str, why: str) -> LedgerCorrupt:
        """What to raise for an entry, or an object that an entry names, which can't be what it should be."""
        return LedgerCorrupt(
            f"{self.address}/{key[:200]} can't be used: {why}.",
            allowed="a ledger and objects as docs/format.md specifies them, inside the dataset.",
            remedy="restore it from a backup; `waybill verify` lists what is affected. Nothing was written.",
        )

    def _open(self, system: fs.FileSystem, key: str) -> BinaryIO | NativeFile:
        if self.is_local:
            return os.fdopen(open_file(Path(self._path("")), key), "rb")
        check_key(key)
        return system.open_input_stream(self._path(key))

    def _asked(self, doing: str, ask: Callable[[fs.FileSystem], T]) -> T:
        return self._systems.asked(self.address, doing, ask)
