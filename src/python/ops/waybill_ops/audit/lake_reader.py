"""Reading a stream's folder through pyarrow's file systems, on a local disk, S3 or GCS."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from pyarrow import NativeFile
from pyarrow import fs

from waybill_common.errors import LakeRefused
from waybill_common.errors import LedgerCorrupt
from waybill_common.settings import LakeSettings
from waybill_ops.audit.local_files import Unsafe
from waybill_ops.audit.local_files import check_key
from waybill_ops.audit.local_files import list_files
from waybill_ops.audit.local_files import open_file
from waybill_ops.file_system import base_path
from waybill_ops.file_system import is_local
from waybill_ops.file_system import lake_errors
from waybill_ops.file_system import open_file_system
from waybill_ops.file_system import top_folder

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
        return f"{self.settings.url.rstrip('/')}/{self.stream}"

    @property
    def is_local(self) -> bool:
        return is_local(self.settings)

    @cached_property
    def _system(self) -> fs.FileSystem:
        return open_file_system(self.settings)

    def _path(self, key: str) -> str:
        return f"{base_path(self.settings)}/{self.stream}/{key}"

    def require(self) -> None:
        """Raises ``LakeRefused`` where the lake itself (not the stream's folder in it) does not exist."""
        with self._errors("looking for it"):
            found = self._system.get_file_info(top_folder(self.settings)).type
        if found != fs.FileType.Directory:
            raise LakeRefused(
                f"There is no lake at {self.settings.url}.",
                allowed="an existing folder or bucket.",
                remedy="correct lake.url; an audit creates nothing.",
            )

    def keys(self, folder: str) -> list[str]:
        """Keys of all files below ``folder``, sorted. Raises ``LedgerCorrupt`` where a link leads elsewhere."""
        with self._errors(f"listing {folder}"):
            if self.is_local:
                try:
                    return sorted(list_files(Path(self._path("")), folder))
                except Unsafe as problem:
                    raise self.corrupt(folder, str(problem)) from problem
            root = self._path("")
            selector = fs.FileSelector(self._path(folder), recursive=True, allow_not_found=True)
            infos = self._system.get_file_info(selector)
        return sorted(info.path.removeprefix(root) for info in infos if info.type == fs.FileType.File)

    def read(self, key: str, most: int) -> bytes | None:
        """The object's bytes, or None where there is none.

        Raises ``Unsafe`` where there are more than ``most``, or what stands there is no object of the dataset.
        """
        with self._errors(f"reading {key}"):
            try:
                with self._open(key) as stream:
                    body = bytes(stream.read(most + 1))
            except FileNotFoundError:
                return None
        if len(body) > most:
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

        A local object is its own copy. Raises ``Unsafe`` as ``read`` does.
        """
        with tempfile.NamedTemporaryFile(dir=scratch, suffix=".parquet") as file:
            digest, size = hashlib.sha256(), 0
            with self._errors(f"reading {key}"):
                try:
                    with self._open(key) as stream:
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

    def corrupt(self, key: str, why: str) -> LedgerCorrupt:
        """What to raise for an entry, or an object that an entry names, which can't be what it should be."""
        return LedgerCorrupt(
            f"{self.address}/{key[:200]} can't be used: {why}.",
            allowed="a ledger and objects as docs/format.md specifies them, inside the dataset.",
            remedy="restore it from a backup; `waybill verify` lists what is affected. Nothing was written.",
        )

    def _open(self, key: str) -> BinaryIO | NativeFile:
        if self.is_local:
            return os.fdopen(open_file(Path(self._path("")), key), "rb")
        check_key(key)
        return self._system.open_input_stream(self._path(key))

    def _errors(self, doing: str) -> AbstractContextManager[None]:
        return lake_errors(self.settings, self.address, doing)
