"""Registering a contract under its topic's subject, within bounded time, retries included."""

from __future__ import annotations

import json

import requests
import stamina
import structlog

from waybill_common.contract import Contract
from waybill_common.errors import RegistryRefused, RegistryUnavailable, SettingsRefused
from waybill_common.redaction import redacted
from waybill_common.settings import RegistrySettings
from waybill_producer.registry.registry_reply import (
    CONNECTION,
    RegistryAnswer,
    RegistryRefusal,
    TryRegistryAgain,
    read_answer,
)
from waybill_producer.web import (
    DIRECT,
    BasicCredentials,
    HttpRefused,
    Limits,
    NoAnswer,
    Route,
    Web,
    credentials_of,
    without_credentials,
)

_BODY_LIMIT = 1024 * 1024
_MEDIA_TYPE = "application/vnd.schemaregistry.v1+json"


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
    url, subject = settings.url, subject_of(topic)
    if url is None:
        return None
    if url.username or url.password or url.query or url.fragment:
        raise SettingsRefused(
            "registry.url holds credentials, a query or a fragment.",
            allowed="scheme, host, port and path.",
            remedy="remove it; credentials belong in registry.username and registry.password.",
        )
    endpoint = f"{str(url).rstrip('/')}/subjects/{subject}/versions"
    auth = credentials_of(settings.username, settings.password)
    try:
        with Web(_limits(settings), way, {"Accept": _MEDIA_TYPE}, auth) as web:
            for attempt in stamina.retry_context(on=_NotRegistered, attempts=settings.attempts, timeout=None):
                with attempt:
                    schema_id = _attempt(web, endpoint, contract, auth)
    except _NotRegistered as error:
        raise RegistryUnavailable(
            f"The schema registry did not answer {endpoint} in {settings.attempts} attempts; the last: {error}.",
            allowed=f"an answer within {settings.timeout:g} s.",
            remedy="check the registry and registry.url, then run again; nothing was published.",
        ) from error
    structlog.get_logger().info("contract registered", subject=subject, schema_id=schema_id)
    return schema_id


def _limits(settings: RegistrySettings) -> Limits:
    return Limits(settings.timeout, settings.timeout, _BODY_LIMIT)


def _attempt(web: Web, endpoint: str, contract: Contract, auth: BasicCredentials | None) -> int:
    try:
        answer = web.ask(_request(endpoint, contract))
    except NoAnswer as error:
        raise _NotRegistered(str(error)) from error
    except HttpRefused as error:
        verdict: int | TryRegistryAgain | RegistryRefusal = RegistryRefusal(
            f"can't be asked: {error}", CONNECTION
        )
    else:
        verdict = read_answer(
            RegistryAnswer(answer.status, answer.body),
            lambda text: without_credentials(redacted(text), auth),
        )
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
        headers={"Content-Type": _MEDIA_TYPE},
    )
