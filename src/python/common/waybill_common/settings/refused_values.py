"""What a setting's type takes and no program should: secrets where they are shown, users in addresses. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pydantic import BaseModel, HttpUrl, SecretStr

from waybill_common.settings.setting_names import named, section_model
from waybill_common.settings.tree import Settings

_SECRET_ENDS = ("password", "passphrase", "secret", "key.pem", "jaas.config")
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/+(?P<host>[^/?#\s]*)(?P<rest>.*)", re.DOTALL)


def is_secret_property(name: str) -> bool:
    """Whether nobody may read a property's value, however its name is spelled."""
    return re.sub(r"[\s._-]+", ".", name.strip().lower()).strip(".").endswith(_SECRET_ENDS)


def refused_values(settings: Settings) -> Iterator[tuple[str, str]]:
    """Dotted name and complaint of each; no value is told."""
    values = {f"{section}.{field}": value for section, fields in settings for field, value in fields}
    values |= {
        f"registries.{name}.{field}": value
        for name, one in settings.registry.others.items()
        for field, value in one
    }
    for name, value in values.items():
        section = name.partition(".")[0]
        if isinstance(value, HttpUrl):
            if value.username is not None or value.password is not None:
                yield name, f"it has a user in it; {_place(section)}"
            elif value.query is not None or value.fragment is not None:
                yield name, f"it has a query or a fragment in it; {_place(section)}"
        if name == "kafka.properties":
            for complaint in _refused_properties(value):
                yield name, complaint


def secrets_in(*models: BaseModel) -> Iterator[str]:
    """Every secret of the settings, or of some of their sections, also of those that the program does not use."""
    for model in models:
        for _, value in model:
            for one in value.values() if isinstance(value, dict) else (value,):
                if isinstance(one, BaseModel):
                    yield from secrets_in(one)
                if isinstance(one, SecretStr):
                    yield one.get_secret_value()


def _refused_properties(properties: Mapping[str, str]) -> Iterator[str]:
    for name, value in properties.items():
        if is_secret_property(name) or _PRIVATE_KEY.search(value):
            yield f"{named(name)} holds a secret, and properties are shown; move it to kafka.secrets"
        elif (address := _ADDRESS.match(value.strip())) and "@" in address["host"]:
            yield (
                f"{named(name)} is an address with a user in it; credentials belong in kafka.secrets, such as "
                "sasl.oauthbearer.client.secret"
            )
        elif address and "?" in address["rest"]:
            yield f"{named(name)} is an address with a query, which may hold a key; remove it"


def _place(section: str) -> str:
    fields = section_model("registry" if section == "registries" else section).model_fields
    if "access_key_id" in fields:
        return f"keys belong in {section}.access_key_id and {section}.secret_access_key"
    if "password" in fields:
        return f"credentials belong in {section}.username and {section}.password"
    return "addresses are shown, so nothing secret belongs in one"
