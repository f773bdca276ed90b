"""Schemas asked of a registry with Confluent's API, within bounded time, retries and references included."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self, TypeAlias, TypeVar
from urllib.parse import quote

import requests

from waybill_common.contract import SchemaId, WriterSchema
from waybill_common.errors import RegistryRefused, RegistryUnavailable
from waybill_common.schema_registry.registered_schema import (
    LatestSchema,
    NoSuchSchema,
    SaidReference,
    SaidSchema,
    UntoldSchema,
    UnusableSchema,
    said_schema,
)
from waybill_common.schema_registry.registry_answers import (
    RegistryAnswer,
    RegistryRefusal,
    TryRegistryAgain,
    object_in,
)
from waybill_common.schema_registry.registry_connection import RegistryConnection, registry_route
from waybill_common.schema_registry.schema_references import ALLOWED, MOST_BYTES, NotTaken, put_together
from waybill_common.settings import RegistrySettings

AGAIN_SECONDS = 5.0
"""Between the two times that a schema has to be unknown: a registry's replica may lag."""

LONGEST_IN_VAIN = 60.0
"""Seconds that are spent on ids that nobody answers for, where others may be told all the same."""

_BODY_LIMIT = 8 * MOST_BYTES
"""Bytes of an answer: JSON spells some characters with six of them."""

_NO_SCHEMA = 40403
_NO_SUCH_VERSION = (40401, 40402, _NO_SCHEMA)
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0
_SMALLER = "register another schema under the subject."
_BY_NUMBER, _BY_GUID = "/schemas/ids/", "/schemas/guids/"
_LATER = (
    "Where it answers for ids, it is older than GUIDs: the records' writers use a registry that has them."
)

AskedSchema: TypeAlias = "WriterSchema | NoSuchSchema | UnusableSchema"
SchemaSaid = TypeVar("SchemaSaid")


class SchemaRegistry:
    """One registry. ``section`` is where the settings have it, for messages.

    Whatever is asked raises ``RegistryUnavailable`` where no answer comes, ``RegistryRefused`` where the registry lets
    nobody in or is none, and ``SettingsRefused``.
    """

    def __init__(
        self,
        settings: RegistrySettings,
        section: str = "registry",
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        way = registry_route(settings, section)
        self._connection = RegistryConnection(settings, way, _BODY_LIMIT, section)
        self._section = section
        self._sleep = sleep
        self._clock = clock
        self._versions: dict[SaidReference, SaidSchema | UnusableSchema] = {}

    def __enter__(self) -> Self:
        self._connection.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.__exit__(kind, error, trace)

    def schemas(self, ids: Iterable[SchemaId]) -> dict[SchemaId, AskedSchema]:
        """By their ids. What the registry does not have is asked for once more, a while later."""
        return self._each(ids, self._by_id)

    def schemas_told(self, ids: Iterable[SchemaId]) -> dict[SchemaId, AskedSchema | UntoldSchema]:
        """The same, of as many as the registry answers for: what it says of one id says nothing of another. Raises
        ``SettingsRefused`` alone.
        """
        in_vain = 0.0
        last: UntoldSchema | None = None

        def by_id(one: SchemaId) -> AskedSchema | UntoldSchema:
            nonlocal in_vain, last
            if last is not None and in_vain >= LONGEST_IN_VAIN:
                return last
            began = self._clock()
            try:
                return self._by_id(one)
            except (RegistryRefused, RegistryUnavailable) as error:
                in_vain, last = in_vain + self._clock() - began, UntoldSchema(error)
                return last

        return self._each(ids, by_id)

    def _each(
        self, ids: Iterable[SchemaId], ask: Callable[[SchemaId], SchemaSaid]
    ) -> dict[SchemaId, SchemaSaid]:
        asked = {one: ask(one) for one in ids}
        missing = [one for one, found in asked.items() if isinstance(found, NoSuchSchema)]
        if missing:
            self._sleep(AGAIN_SECONDS)
            asked |= {one: ask(one) for one in missing}
        return asked

    def latest(self, subject: str) -> LatestSchema:
        """The subject's newest version. Raises ``RegistryRefused`` where there is none, or its schema is not taken."""
        path = f"/subjects/{quote(subject, safe='')}/versions/latest"
        answer = self._answer(path)
        members = object_in(answer.body)
        if answer.status == 404 and members.get("error_code") in _NO_SUCH_VERSION:
            raise self._refused(
                f"has no subject {subject}",
                path,
                "a subject that it has",
                "correct the name; the registry's /subjects lists them.",
            )
        said = said_schema(members) if answer.status == 200 else None
        version, number = members.get("version"), members.get("id")
        if said is None or type(version) is not int or type(number) is not int:
            raise self._strange(answer, path)
        found = self._whole(said)
        if isinstance(found, UnusableSchema):
            raise self._refused(
                f"has a schema of {subject} that is not taken: {found.why}", path, ALLOWED, _SMALLER
            )
        return LatestSchema(subject, version, number, found)

    def _by_id(self, one: SchemaId) -> AskedSchema:
        path = f"{_BY_GUID}{one}" if isinstance(one, str) else f"{_BY_NUMBER}{one}"
        answer = self._answer(path)
        members = object_in(answer.body)
        if answer.status == 404 and members.get("error_code") == _NO_SCHEMA:
            return NoSuchSchema()
        said = said_schema(members) if answer.status == 200 else None
        if said is None:
            raise self._strange(answer, path)
        return self._whole(said)

    def _whole(self, said: SaidSchema) -> WriterSchema | UnusableSchema:
        """With its references, which are asked for before any is put together."""
        try:
            return put_together(said, self._version)
        except NotTaken as why:
            return UnusableSchema(str(why))

    def _version(self, of: SaidReference) -> SaidSchema:
        known = self._versions.get(of)
        if known is None:
            known = self._versions[of] = self._asked_version(of)
        if isinstance(known, UnusableSchema):
            raise NotTaken(known.why)
        return known

    def _asked_version(self, of: SaidReference) -> SaidSchema | UnusableSchema:
        path = f"/subjects/{quote(of.subject, safe='')}/versions/{of.version}"
        answer = self._answer(path)
        members = object_in(answer.body)
        if answer.status == 404 and members.get("error_code") in _NO_SUCH_VERSION:
            return UnusableSchema(
                f"it refers to version {of.version} of {of.subject}, which the registry does not have"
            )
        said = said_schema(members) if answer.status == 200 else None
        if said is None:
            raise self._strange(answer, path)
        return said

    def _answer(self, path: str) -> RegistryAnswer:
        """An answer that says something: 200, or 404 in the registry's own words. Asked again while none comes."""
        url, settings = self._connection.url(path), self._connection.settings
        pause = _FIRST_PAUSE
        for attempt in range(1, settings.attempts + 1):
            answer = self._connection.ask(requests.Request("GET", url))
            if isinstance(answer, RegistryAnswer):
                if answer.status == 200 or (
                    answer.status == 404 and object_in(answer.body).get("error_code")
                ):
                    return answer
                failure = self._connection.words.failure(answer)
            else:
                failure = answer
            match failure:
                case RegistryRefusal(found, remedy):
                    raise self._refused(found, path, "an answer of a schema registry", remedy)
                case TryRegistryAgain(why):
                    if attempt == settings.attempts:
                        raise RegistryUnavailable(
                            f"The schema registry did not answer {url} in {attempt} attempts; the last: {why}.",
                            allowed=f"an answer within {settings.timeout:g} s.",
                            remedy=f"check the registry and {self._section}.url, then run again.",
                        )
            self._sleep(pause * (0.5 + random.random()))  # noqa: S311  # no secret: it only spreads requests
            pause = min(2 * pause, _LONGEST_PAUSE)
        raise ValueError("no attempt was allowed")

    def _strange(self, answer: RegistryAnswer, path: str) -> RegistryRefused:
        words = self._connection.words
        return self._refused(
            f"answered without a schema ({words.said(answer)})", path, "a schema", words.address
        )

    def _refused(self, found: str, path: str, may: str, remedy: str) -> RegistryRefused:
        is_address = remedy == self._connection.words.address
        return RegistryRefused(
            f"The schema registry {found} when asked for {self._connection.url(path)}.",
            allowed=f"{may}.",
            remedy=f"{remedy} {_LATER}" if is_address and path.startswith(_BY_GUID) else remedy,
        )
