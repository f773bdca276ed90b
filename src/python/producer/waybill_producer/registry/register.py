"""Registering a contract under its topic's subject, within bounded time, retries included."""

from __future__ import annotations

import json

import requests
import stamina
import structlog
import urllib3

from waybill_common.contract import Contract
from waybill_common.errors import RegistryRefused
from waybill_common.errors import RegistryUnavailable
from waybill_common.errors import SettingsRefused
from waybill_common.settings import RegistrySettings
from waybill_producer.registry.reply import Again
from waybill_producer.registry.reply import Answer
from waybill_producer.registry.reply import Refusal
from waybill_producer.registry.reply import read_answer
from waybill_producer.web import read_body
from waybill_producer.web import web_session

_BODY_LIMIT = 1024 * 1024
_MEDIA_TYPE = "application/vnd.schemaregistry.v1+json"


class _NotYet(Exception):
    """One attempt failed."""


def subject_of(topic: str) -> str:
    """The subject of a topic's values, as Confluent's TopicNameStrategy names it."""
    return f"{topic}-value"


def register_contract(settings: RegistrySettings, contract: Contract, topic: str) -> int | None:
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
    try:
        with web_session(url.host) as session:
            if settings.username is not None and settings.password is not None:
                session.auth = (settings.username, settings.password.get_secret_value())
            for attempt in stamina.retry_context(on=_NotYet, attempts=settings.attempts, timeout=None):
                with attempt:
                    schema_id = _attempt(session, endpoint, contract, settings.timeout)
    except _NotYet as error:
        raise RegistryUnavailable(
            f"The schema registry did not answer {endpoint} in {settings.attempts} attempts; the last: {error}.",
            allowed=f"an answer within {settings.timeout:g} s.",
            remedy="check the registry and registry.url, then run again; nothing was published.",
        ) from error
    structlog.get_logger().info("contract registered", subject=subject, schema_id=schema_id)
    return schema_id


def _attempt(session: requests.Session, endpoint: str, contract: Contract, timeout: float) -> int:
    try:
        verdict = read_answer(_post(session, endpoint, contract, timeout))
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        raise _NotYet(f"{type(error).__name__}: {error}") from error
    match verdict:
        case Again():
            raise _NotYet(verdict.why)
        case Refusal():
            raise RegistryRefused(
                f"The schema registry {verdict.found} when asked for {endpoint}.",
                allowed=f"contract {contract.label} as a version of that subject.",
                remedy=verdict.remedy,
            )
    return verdict


def _post(session: requests.Session, endpoint: str, contract: Contract, timeout: float) -> Answer:
    # Sorted, so that the registry meets the same text each time and answers with the same id.
    schema = json.dumps(contract.json_schema(), sort_keys=True, separators=(",", ":"))
    with session.post(
        endpoint,
        data=json.dumps({"schemaType": "JSON", "schema": schema}),
        headers={"Content-Type": _MEDIA_TYPE, "Accept": _MEDIA_TYPE},
        timeout=(timeout, timeout),
        allow_redirects=False,
        stream=True,
    ) as response:
        return Answer(response.status_code, read_body(response, limit=_BODY_LIMIT, seconds=timeout))
