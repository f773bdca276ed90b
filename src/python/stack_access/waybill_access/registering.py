"""Tells the stack's registry of the schemas by which streams of others are written, as their writers would."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import quote

import requests

from waybill_common.errors import RegistryRefused, RegistryUnavailable
from waybill_common.schema_registry import (
    MEDIA_TYPE,
    RegistryAnswer,
    RegistryConnection,
    TryRegistryAgain,
    object_in,
)
from waybill_common.settings import RegistrySettings
from waybill_common.web import DIRECT
from waybill_streams.stream_folder import StreamFolder, sample_bytes

_BODY_LIMIT = 1 << 20
_PAUSE = 1.0

_name = re.compile(r"(0|[1-9][0-9]{0,18})\.avsc").fullmatch
"""What ``waybill stream test`` takes for the schema of an id."""


def subjects_of(streams: Iterable[StreamFolder]) -> dict[str, list[str]]:
    """The schemas beside the samples of streams that go by a registry, the lowest id first, under the subjects of their
    topics' values.
    """
    return {
        f"{stream.topic}-value": [text for _, text in sorted(_schemas(stream))]
        for stream in streams
        if "registry" in json.loads(stream.contract or b"{}").get("value", {})
    }


def _schemas(stream: StreamFolder) -> Iterator[tuple[int, str]]:
    for file in stream.samples:
        if found := _name(file.name):
            yield int(found[1]), sample_bytes(file).decode()


def register(settings: RegistrySettings, subjects: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """What is there already stays as it is. The id of each subject's last schema. Raises ``RegistryUnavailable``,
    ``RegistryRefused`` and ``SettingsRefused``.
    """
    with RegistryConnection(settings, DIRECT, _BODY_LIMIT) as asked:
        return {
            subject: [_registered(asked, subject, one) for one in schemas][-1]
            for subject, schemas in subjects.items()
            if schemas
        }


def _registered(asked: RegistryConnection, subject: str, schema: str) -> int:
    url = asked.url(f"/subjects/{quote(subject, safe='')}/versions")
    body = json.dumps({"schemaType": "AVRO", "schema": schema})
    why = ""
    for attempt in range(asked.settings.attempts):
        if attempt:
            time.sleep(_PAUSE)
        answer = asked.ask(requests.Request("POST", url, data=body, headers={"Content-Type": MEDIA_TYPE}))
        if isinstance(answer, RegistryAnswer):
            number = object_in(answer.body).get("id")
            if answer.status == 200 and type(number) is int:
                return number
            answer = asked.words.failure(answer)
        if not isinstance(answer, TryRegistryAgain):
            raise RegistryRefused(
                f"The schema registry {answer.found} when told of {subject}.",
                allowed="the stack's own registry, which takes any schema that is one.",
                remedy=answer.remedy,
            )
        why = answer.why
    raise RegistryUnavailable(
        f"The schema registry did not answer {url} in {asked.settings.attempts} attempts; the last: {why}.",
        allowed=f"an answer within {asked.settings.timeout:g} s.",
        remedy="see whether it runs; then run this again.",
    )
