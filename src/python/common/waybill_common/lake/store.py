"""A stream's folder, on S3, GCS or a local disk, through obstore."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import IO, Any, TypeVar

import obstore
from obstore import exceptions
from obstore.store import ObjectStore

from waybill_common.errors import LakeRefused
from waybill_common.lake.local import why_no_file
from waybill_common.lake.store_client import StoreClient, open_folder, shared_client
from waybill_common.lake_location import (
    GivenUp,
    LakeLocation,
    StoreCause,
    cause_of,
    here,
    judged,
    lake_failure,
    patiently,
    pinned,
)
from waybill_common.settings import LakeSettings

T = TypeVar("T")

_PIECE = 2**20
_ABSENT = (exceptions.NotFoundError, FileNotFoundError)


class ObjectTooLarge(Exception):
    """The object is larger than its reader allows; nothing of it was read."""


class NoObject(ObjectTooLarge):
    """Something under the key on a local disk is no file of the dataset, and may have no end."""


@dataclass(frozen=True)
class Put:
    """What is known after a conditional PUT. Unless ``stored``, anything may be there or nothing; ``why`` says more."""

    stored: bool
    why: str = ""


@dataclass(frozen=True)
class Lake:
    """One stream's folder. Keys are relative to it. Pickles, so that tasks can carry it; connects at first use.

    ``setting`` is the name of the location's setting in messages. Another process gets the location as this one
    resolved it; of the keys it gets only those in the settings.
    """

    settings: LakeSettings
    stream: str
    setting: str = "lake.url"

    @property
    def location(self) -> LakeLocation:
        """Raises ``SettingsRefused``."""
        return here(self.settings)

    @property
    def local_root(self) -> str | None:
        """The stream's folder as a path where the lake is a local folder."""
        return f"{self.location.url.base}/{self.stream}" if self.location.is_local else None

    @property
    def has_folder(self) -> bool:
        """Whether anything lies where a local dataset's folder is to be; of a bucket that is not asked."""
        return self.local_root is None or os.path.lexists(self.local_root)

    @property
    def address(self) -> str:
        """For messages and for readers: where the stream's folder lies, as the user wrote it."""
        return f"{self.location.url.text}/{self.stream}"

    @cached_property
    def _client(self) -> StoreClient:
        if self.local_root is not None:
            return open_folder(self.local_root)
        return shared_client(self.location, self.settings.timeout)

    @property
    def _store(self) -> ObjectStore:
        return self._client.store

    @cached_property
    def _folder(self) -> str:
        """What its client's keys begin with: that of a bucket serves all datasets in it."""
        return "" if self.location.is_local or not self.stream else f"{self.stream}/"

    def _at(self, key: str) -> str:
        return f"{self._folder}{key}"

    def __getstate__(self) -> dict[str, Any]:
        return {"settings": pinned(self.settings), "stream": self.stream, "setting": self.setting}

    def put_new(self, key: str, body: bytes) -> Put:
        """One conditional PUT (``If-None-Match: *``), never multipart.

        It is not sent again after a lost reply: the caller asks what stands there, which says more.
        """
        self._check_is_file(key, limited=False)

        def put() -> Put:
            try:
                obstore.put(self._store, self._at(key), body, mode="create", use_multipart=False)
            except (exceptions.AlreadyExistsError, exceptions.PreconditionError):
                return Put(stored=False, why="something stands there already")
            except exceptions.GenericError as error:
                cause = self._judged(error)
                if cause is None or cause.permanent or cause.answered or not cause.sent:
                    raise
                return Put(stored=False, why=cause.text)
            return Put(stored=True)

        try:
            return self._patiently(put)
        except GivenUp as given_up:
            if given_up.cause.permanent:
                raise self._failure(f"creating {key}", given_up.cause) from given_up
            return Put(stored=False, why=given_up.cause.text)

    def overwrite(self, key: str, body: bytes) -> None:
        """An unconditional PUT: only for hints, which nothing rests on."""
        self._asked(
            f"writing {key}", lambda: obstore.put(self._store, self._at(key), body, use_multipart=False)
        )

    def get(self, key: str, *, limit: int | None = None) -> bytes | None:
        """The object's bytes, or None where there is none. Raises ``ObjectTooLarge`` beyond ``limit`` bytes."""
        self._check_is_file(key, limited=limit is not None)

        def get() -> bytes | None:
            try:
                found = obstore.get(self._store, self._at(key))
                size = found.meta["size"]
                if limit is not None and size > limit:
                    raise ObjectTooLarge(f"it has {size} bytes, at most {limit} are read")
                return bytes(found.bytes())
            except _ABSENT as error:
                if cause_of(error).no_bucket:
                    raise
                return None

        return self._asked(f"reading {key}", get)

    def copy(self, key: str, to: IO[bytes]) -> bool:
        """The object's bytes into a file, piece by piece; False where there is none."""
        self._check_is_file(key, limited=False)

        def copy() -> bool:
            to.seek(0)
            to.truncate()
            try:
                for piece in obstore.get(self._store, self._at(key)).stream(min_chunk_size=_PIECE):
                    to.write(piece)
            except _ABSENT as error:
                if cause_of(error).no_bucket:
                    raise
                return False
            return True

        return self._asked(f"reading {key}", copy)

    def _check_is_file(self, key: str, *, limited: bool) -> None:
        """For a local lake only: opening a pipe waits for ever, a device never ends, a link may lead anywhere."""
        why = why_no_file(self.local_root, key) if self.local_root is not None else None
        if why is not None and limited:
            raise NoObject(why)
        if why is not None:
            raise LakeRefused(
                f"{self.address}/{key} can't be used: {why}.",
                allowed="plain files, or nothing.",
                remedy="find out who made it and remove it; then run again.",
            )

    def keys(self, prefix: str, *, after: str | None = None) -> Iterator[str]:
        """Keys below ``prefix``, in no order; with ``after`` only those that sort after it."""
        last, listing = after, None

        def page() -> list[str] | None:
            nonlocal last, listing
            if listing is None:  # at the beginning, and after an error: from where it was
                offset = None if last is None else self._at(last)
                listing = iter(obstore.list(self._store, self._at(prefix), offset=offset))
            try:
                found = next(listing, None)
            except Exception:
                listing = None
                raise
            keys = None if found is None else [meta["path"].removeprefix(self._folder) for meta in found]
            last = keys[-1] if keys else last
            return keys

        while (keys := self._asked(f"listing {prefix}", page)) is not None:
            yield from keys

    def delete(self, key: str) -> None:
        """Remove a probe. Nothing under ``data/`` or ``dead_letters/`` is ever deleted."""
        self._asked(f"deleting {key}", lambda: obstore.delete(self._store, self._at(key)))

    def _asked(self, doing: str, ask: Callable[[], T]) -> T:
        """Raises ``LakeRefused`` and ``LakeUnavailable``."""
        try:
            return self._patiently(ask)
        except GivenUp as given_up:
            raise self._failure(doing, given_up.cause) from given_up

    def _patiently(self, ask: Callable[[], T]) -> T:
        return patiently(ask, self.settings.attempts, self._judged)

    def _judged(self, error: Exception) -> StoreCause | None:
        client: StoreClient | None = vars(self).get("_client")  # a folder may fail when it is opened
        failure = client.key_failure() if client is not None else None
        if failure is not None:
            raise failure from error
        return judged(error, self.location) if isinstance(error, exceptions.BaseError | OSError) else None

    def _failure(self, doing: str, cause: StoreCause) -> Exception:
        return lake_failure(self.settings, self.location, self.address, doing, cause, self.setting)


def open_lake(settings: LakeSettings, stream: str) -> Lake:
    """The stream's folder in the lake that ``settings`` names."""
    return Lake(settings=settings, stream=stream)
