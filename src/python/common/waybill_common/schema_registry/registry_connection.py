"""One registry as the settings name it, asked by the one request function."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

import requests

from waybill_common.errors import SettingsRefused
from waybill_common.network import checked_ca
from waybill_common.redaction import redacted
from waybill_common.schema_registry.registry_answers import (
    RegistryAnswer,
    RegistryRefusal,
    RegistryWords,
    TryRegistryAgain,
)
from waybill_common.settings import RegistrySettings, machine_environment
from waybill_common.web import (
    BasicCredentials,
    BodyTooLarge,
    HttpRefused,
    Limits,
    NoAnswer,
    Route,
    Web,
    credentials_of,
    way_to,
    without_credentials,
)

MEDIA_TYPE = "application/vnd.schemaregistry.v1+json"


def registry_route(settings: RegistrySettings, section: str = "registry") -> Route:
    """By this process's own environment. Raises ``SettingsRefused``."""
    address = _checked(settings, section)
    ca = None if settings.ca_file is None else checked_ca(Path(settings.ca_file), f"{section}.ca_file")
    return way_to(address, machine_environment(), ca)


class RegistryConnection:
    """Keeps a connection between requests. Raises ``SettingsRefused`` for an address that is more than one."""

    def __init__(
        self, settings: RegistrySettings, way: Route, body_limit: int, section: str = "registry"
    ) -> None:
        auth = credentials_of(settings.username, settings.password)
        self.settings = settings
        self.words = RegistryWords(section, partial(_without, auth))
        self._address = _checked(settings, section)
        limits = Limits(settings.timeout, settings.timeout, body_limit)
        self._web = Web(limits, way, {"Accept": MEDIA_TYPE}, auth)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._web.close()

    def url(self, path: str) -> str:
        return f"{self._address}{path}"

    def ask(self, request: requests.Request) -> RegistryAnswer | TryRegistryAgain | RegistryRefusal:
        """An answer of any status, or why there is none."""
        try:
            answer = self._web.ask(request)
        except BodyTooLarge as error:
            return RegistryRefusal(f"answered with more than is read: {error}", self.words.address)
        except NoAnswer as error:
            return TryRegistryAgain(str(error))
        except HttpRefused as error:
            return RegistryRefusal(f"can't be asked: {error}", self.words.connection)
        return RegistryAnswer(answer.status, answer.body)


def _without(auth: BasicCredentials | None, text: str) -> str:
    return without_credentials(redacted(text), auth)


def _checked(settings: RegistrySettings, section: str) -> str:
    url = settings.url
    if url is None:
        raise SettingsRefused(
            f"{section}.url is not set, and a schema registry is to be asked.",
            allowed="the registry's address, up to where /subjects begins.",
            remedy=f"set {section}.url. Nothing was written.",
        )
    if url.username or url.password or url.query or url.fragment:
        raise SettingsRefused(
            f"{section}.url holds credentials, a query or a fragment.",
            allowed="scheme, host, port and path.",
            remedy=f"remove it; credentials belong in {section}.username and {section}.password.",
        )
    return str(url).rstrip("/")
