"""What ``[registries.NAME]`` says: registries beside ``[registry]``, by the names that contracts call them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from waybill_common.near_names import nearest
from waybill_common.settings.kafka_sections import RegistrySettings
from waybill_common.settings.setting_names import FILE_SUFFIX, is_secret, named

REGISTRIES = "registries"
FIELDS = tuple(name for name, info in RegistrySettings.model_fields.items() if not info.exclude)
SECRETS = tuple(name for name in FIELDS if is_secret(RegistrySettings.model_fields[name]))

_name = re.compile(r"[a-z][a-z0-9_]{0,47}").fullmatch
_variable = re.compile(r"WAYBILL_REGISTRIES__([A-Z][A-Z0-9_]*?)__([A-Z0-9_]+)").fullmatch


@dataclass
class GivenRegistries:
    """Values and where each is from, by registry and field. A later source beats those before it."""

    _given: dict[str, dict[str, tuple[Any, str]]] = field(default_factory=dict)

    def put(self, registry: str, name: str, value: Any, origin: str) -> str | None:
        """A complaint about the names, or about a value that is none."""
        said = named(f"{REGISTRIES}.{registry}.{name}")
        if registry == "default":
            return f"{said} (from {origin}): the registry default is the section [registry]"
        if not _name(registry):
            return f"{said} (from {origin}) is of no registry: a name has a-z, 0-9 and _, a letter first"
        if name not in FIELDS:
            return f"{said} (from {origin}) is no setting{nearest(name, FIELDS)}"
        if isinstance(value, bool) or (isinstance(value, str) and not value.strip()):
            return f"{said} (from {origin}): it is empty, or true or false, which is no value of it"
        self._given.setdefault(registry, {})[name] = (value, origin)
        return None

    def tree(self) -> dict[str, dict[str, Any]]:
        return {
            registry: {name: value for name, (value, _) in values.items()}
            for registry, values in self._given.items()
        }

    def origin(self, registry: str, name: str) -> str:
        return self._given.get(registry, {}).get(name, (None, "default"))[1]

    def secrets(self) -> Iterator[str]:
        """The settings that hold one."""
        for registry, values in self._given.items():
            yield from (f"{REGISTRIES}.{registry}.{name}" for name in SECRETS if name in values)


def of_a_registry(variable: str) -> tuple[str, str] | None:
    """``WAYBILL_REGISTRIES__EU__URL`` is ``url`` of the registry ``eu``; of a secret's file with its suffix."""
    found = _variable(variable)
    return (found[1].lower(), found[2].lower()) if found else None


def is_file_of(name: str) -> str | None:
    """The field of which ``name`` is the form with a file."""
    bare = name.removesuffix(FILE_SUFFIX.lower())
    return bare if bare != name and bare in SECRETS else None
