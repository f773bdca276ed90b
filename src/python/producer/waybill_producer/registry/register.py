"""Registering a contract under its topic's subject, within bounded time, retries included."""

from __future__ import annotations

import json

import requests
import stamina
import structlog

from waybill_common.contract import Contract
from waybill_common.errors import RegistryRefused, RegistryUnavailable
from waybill_common.schema_registry import (
    MEDIA_TYPE,
    RegistryAnswer,
    RegistryConnection,
    RegistryRefusal,
    TryRegistryAgain,
)
from waybill_common.settings import RegistrySettings
from waybill_common.web import DIRECT, Route
from waybill_producer.registry.registry_reply import read_answer

_BODY_LIMIT = 1024 * 1024


class _NotRegistered(Exception):
    """One attempt failed."""


def subject_of(topic: str) -> str:
    """The subject of a topic's values, as Confluent's TopicNameStrategy names it."""
    return f"{topic}-value"


def register_contract(
    settings: RegistrySettings, contract: Contract, topic: str, way: Route = DIRECT
) -> int | None:
    """The id of the contract's JSON Schema, which is registered if it is not there yet; None without a registry.

    Raises ``RegistryUnavailable``, ``RegistryRefused`` or ``SettingsRefused``.
    """
    if settings.url is None:
        return None
    subject = subject_of(topic)
    asked = RegistryConnection(settings, way, _BODY_LIMIT)
    endpoint = asked.url(f"/subjects/{subject}/versions")
    try:
        with asked:
            for attempt in stamina.retry_context(on=_NotRegistered, attempts=settings.attempts, timeout=None):
                with attempt:
                    schema_id = _attempt(asked, endpoint, contract)
    except _NotRegistered as error:
        raise RegistryUnavailable(
            f"The schema registry did not answer {endpoint} in {settings.attempts} attempts; the last: {error}.",
            allowed=f"an answer within {settings.timeout:g} s.",
            remedy="check the registry and registry.url, then run again; nothing was published.",
        ) from error
    structlog.get_logger().info("contract registered", subject=subject, schema_id=schema_id)
    return schema_id


def _attempt(asked: RegistryConnection, endpoint: str, contract: Contract) -> int:
    answer = asked.ask(_request(endpoint, contract))
    verdict = read_answer(answer, asked.words) if isinstance(answer, RegistryAnswer) else answer
    match verdict:
        case TryRegistryAgain():
            raise _NotRegistered(verdict.why)
        case RegistryRefusal():
            raise RegistryRefused(
                f"The schema registry {verdict.found} when asked for {endpoint}.",
                allowed=f"contract {contract.label} as a version of that subject.",
                remedy=verdict.remedy,
            )
    return verdict


def _request(endpoint: str, contract: Contract) -> requests.Request:
    # Sorted, so that the registry meets the same text each time and answers with the same id.
    schema = json.dumps(contract.json_schema(), sort_keys=True, separators=(",", ":"))
    return requests.Request(
        "POST",
        endpoint,
        data=json.dumps({"schemaType": "JSON", "schema": schema}),
        headers={"Content-Type": MEDIA_TYPE},
    )
