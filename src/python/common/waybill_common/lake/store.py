"""A stream's folder, on S3, GCS, Azure or a local disk, through obstore."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any
from urllib.parse import urlsplit

import obstore
from obstore import exceptions
from obstore.store import LocalStore
from obstore.store import ObjectStore
from obstore.store import S3Store
from obstore.store import from_url

from waybill_common.errors import LakeRefused
from waybill_common.errors import LakeUnavailable
from waybill_common.settings import LakeSettings

if TYPE_CHECKING:  # obstore has these for type checkers only
    from obstore.store import ClientConfig
    from obstore.store import RetryConfig
    from obstore.store import S3Config

_NO_BUCKET = "<Code>NoSuchBucket</Code>"
"""S3's word for it, in the XML of its reply."""


class ObjectTooLarge(Exception):
    """An object that is larger than who asked for it can use; nothing of it was read."""


@dataclass(frozen=True)
class Put:
    """What is known after a conditional PUT. Where not ``stored``, anything may be there, or nothing: ``why``."""

    stored: bool
    why: str = ""


@dataclass(frozen=True)
class Lake:
    """One stream's folder. Keys are relative to it. Pickles, so that tasks can carry it; connects at first use.

    ``setting`` is what messages call the place's own setting.
    """

    settings: LakeSettings
    stream: str
    setting: str = "lake.url"

    @property
    def local_root(self) -> str | None:
        """The stream's folder as a path where the lake is a local folder."""
        url = self.settings.url
        if url.startswith("/"):
            return f"{url.rstrip('/')}/{self.stream}"
        return f"{urlsplit(url).path.rstrip('/')}/{self.stream}" if url.startswith("file:") else None

    @property
    def address(self) -> str:
        """For messages and for readers: where the stream's folder lies."""
        return self.local_root or f"{self.settings.url.rstrip('/')}/{self.stream}"

    @cached_property
    def _store(self) -> ObjectStore:
        if self.local_root is not None:
            return LocalStore(self.local_root, mkdir=True)
        s = self.settings
        address = f"{s.url.rstrip('/')}/{self.stream}"
        client: ClientConfig = {
            "timeout": timedelta(seconds=s.timeout),
            "connect_timeout": timedelta(seconds=5),
        }
        if s.endpoint is not None and s.endpoint.scheme == "http":
            client["allow_http"] = True
        retry: RetryConfig = {
            "max_retries": s.attempts - 1,
            # Each pause lies between this and twice the last one. obstore's own 0.1 s would give up within a second or
            # two, before a store that is restarted answers again.
            "backoff": {"init_backoff": timedelta(seconds=1)},
            "retry_timeout": timedelta(seconds=s.timeout * s.attempts),
        }
        if s.url.startswith("s3:"):
            return S3Store.from_url(
                address, config=self._s3_config(), client_options=client, retry_config=retry
            )
        return from_url(address, client_options=client, retry_config=retry)

    def _s3_config(self) -> S3Config:
        s = self.settings
        config: S3Config = {"region": s.region}
        if s.endpoint is not None:
            config["endpoint"] = str(s.endpoint).rstrip("/")
        if s.access_key_id is not None and s.secret_access_key is not None:
            config["access_key_id"] = s.access_key_id
            config["secret_access_key"] = s.secret_access_key.get_secret_value()
        return config

    def __getstate__(self) -> dict[str, Any]:
        return {"settings": self.settings, "stream": self.stream, "setting": self.setting}

    def put_new(self, key: str, body: bytes) -> Put:
        """One conditional PUT (``If-None-Match: *``), never multipart."""
        with self._errors(f"creating {key}"):
            try:
                obstore.put(self._store, key, body, mode="create", use_multipart=False)
            except (exceptions.AlreadyExistsError, exceptions.PreconditionError):
                return Put(stored=False, why="something stands there already")
            except exceptions.GenericError as error:
                return Put(stored=False, why=_first_line(error))
        return Put(stored=True)

    def overwrite(self, key: str, body: bytes) -> None:
        """An unconditional PUT: only for hints, which nothing rests on."""
        with self._errors(f"writing {key}"):
            obstore.put(self._store, key, body, use_multipart=False)

    def get(self, key: str, *, limit: int | None = None) -> bytes | None:
        """The object's bytes, or None where there is none. Raises ``ObjectTooLarge`` beyond ``limit`` bytes."""
        self._check_is_file(key)
        with self._errors(f"reading {key}"):
            try:
                found = obstore.get(self._store, key)
                size = found.meta["size"]
                if limit is not None and size > limit:
                    raise ObjectTooLarge(f"it has {size} bytes, at most {limit} are read")
                return bytes(found.bytes())
            except (exceptions.NotFoundError, FileNotFoundError):
                return None

    def keys(self, prefix: str, *, after: str | None = None) -> Iterator[str]:
        """Keys below ``prefix``, in no order; with ``after`` only those that sort behind it."""
        with self._errors(f"listing {prefix}"):
            for page in obstore.list(self._store, prefix, offset=after):
                yield from (meta["path"] for meta in page)

    def delete(self, key: str) -> None:
        """Remove a probe. Nothing under ``data/`` or ``dead_letters/`` is ever deleted."""
        with self._errors(f"deleting {key}"):
            obstore.delete(self._store, key)

    def _check_is_file(self, key: str) -> None:
        """Of a local lake: to open a pipe waits for ever, and a device never ends."""
        if self.local_root is None:
            return
        try:
            mode = Path(self.local_root, key).stat().st_mode
        except (OSError, ValueError):
            return  # whoever reads it says why
        if not stat.S_ISREG(mode):
            raise LakeRefused(
                f"{self.address}/{key} is no file.",
                allowed="plain files, or nothing.",
                remedy="find out who made it and remove it; then run again.",
            )

    @contextmanager
    def _errors(self, doing: str) -> Iterator[None]:
        try:
            yield
        except (
            exceptions.PermissionDeniedError,
            exceptions.UnauthenticatedError,
            exceptions.NotFoundError,
            FileNotFoundError,
            PermissionError,
        ) as error:
            raise self._refused(doing, error) from error
        except (exceptions.BaseError, OSError) as error:
            # A listing meets a missing bucket with no class of its own.
            if _NO_BUCKET in str(error):
                raise self._refused(doing, error) from error
            if self.local_root is not None:
                raise LakeRefused(
                    f"The lake {self.address} failed at {doing}: {_first_line(error)}.",
                    allowed="a folder that this user may create and write, on a disk with room.",
                    remedy=f"correct {self.setting}, the folder's owner or the disk; then run again.",
                ) from error
            raise LakeUnavailable(
                f"The lake {self.address} did not manage {doing}: {_first_line(error)}.",
                allowed=f"an answer within {self.settings.attempts} attempts of {self.settings.timeout:g} s.",
                remedy="check that the store runs and lake.endpoint is right; run again, nothing is lost.",
            ) from error

    def _refused(self, doing: str, error: BaseException) -> LakeRefused:
        return LakeRefused(
            f"The lake {self.address} refused {doing}: {_first_line(error)}.",
            allowed="a folder or bucket that exists and that these credentials may list, read and write.",
            remedy=f"create the bucket, or correct {self.setting} and the credentials.",
        )


def open_lake(settings: LakeSettings, stream: str) -> Lake:
    """The stream's folder in the lake that ``settings`` names."""
    return Lake(settings=settings, stream=stream)


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:300].rstrip(".")
