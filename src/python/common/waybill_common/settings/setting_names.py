"""What settings there are: their names as field, flag and variable, and which of them are secret."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from waybill_common.settings.tree import Settings

PREFIX = "WAYBILL_"
CONFIG_VARIABLE = "WAYBILL_CONFIG"
OF_STREAMS = ("topic", "dataset", "start")
"""The fields of ``[streams.NAME]``, each of which is one of ``[stream]`` too."""

REMOVED = {
    "stream.contract": "a stream's contract is contract.json in its folder now: put the document there, beside a "
    "stream.toml with its topic, and name the folder of folders by --streams"
}
FILE_SUFFIX = "_FILE"
_LONGEST_NAME = 100

_SENSITIVE = re.compile(r"secret|password|passwd|passphrase|key|token|credential|jaas", re.IGNORECASE)

_ADDRESS = r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9a-f:]*:[0-9a-f:.]*"
_NUMBER = r"[0-9]{1,5}"
_OF_A_SERVICE = (
    (r"SERVICE_HOST", _ADDRESS),
    (r"SERVICE_PORT(?:_[A-Z0-9_]+)?", _NUMBER),
    (
        r"PORT(?:_[0-9]+_(?:TCP|UDP|SCTP))?",
        rf"(?:tcp|udp|sctp)://(?:{_ADDRESS}|\[(?:{_ADDRESS})\]):{_NUMBER}",
    ),
    (r"PORT_[0-9]+_(?:TCP|UDP|SCTP)_PROTO", "tcp|udp|sctp"),
    (r"PORT_[0-9]+_(?:TCP|UDP|SCTP)_PORT", _NUMBER),
    (r"PORT_[0-9]+_(?:TCP|UDP|SCTP)_ADDR", _ADDRESS),
)
"""Ends of names, and the values that Kubernetes gives them."""


def fields() -> Iterator[tuple[str, str, FieldInfo]]:
    """Every setting: section, field, and what is known of it."""
    for section in Settings.model_fields:
        for field, inner in section_model(section).model_fields.items():
            if not inner.exclude:  # what a stream's folder alone says
                yield section, field, inner


@cache
def known() -> Mapping[str, FieldInfo]:
    """Every setting by its dotted name, in the tree's order."""
    return {f"{section}.{field}": info for section, field, info in fields()}


def section_model(section: str) -> type[BaseModel]:
    model: type[BaseModel] = Settings.model_fields[section].annotation  # type: ignore[assignment]  # all are models
    return model


def flag_of(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def variable_of(name: str) -> str:
    return f"{PREFIX}{name.replace('.', '__')}".upper()


def is_secret(info: FieldInfo) -> bool:
    """Whether a setting holds a secret: it has no flag, is never printed, and may come from a file."""
    return SecretStr in _leaves(info.annotation)


def is_table(annotation: Any, text: str) -> bool:
    """Whether the text of a setting of this type is a table: also where something else may stand, and it looks so."""
    if get_origin(annotation) in (Union, UnionType):
        return text.lstrip().startswith("{") and any(is_table(one, text) for one in get_args(annotation))
    return get_origin(annotation) is dict


def may_be_secret(text: str) -> bool:
    """Whether a name sounds like that of a secret. Errs on the side of silence."""
    return _SENSITIVE.search(text) is not None


@cache
def known_variables() -> Mapping[str, str]:
    """Every variable that sets a field, and the field's name; ``…_FILE`` forms of secrets included."""
    found = {}
    for name, info in known().items():
        found[variable_of(name)] = name
        if is_secret(info):
            found[variable_of(name) + FILE_SUFFIX] = name
    return found


def setting_of(variable: str) -> str | None:
    """The setting that a variable sets, or an entry of; None where it sets none."""
    upper = variable.upper()
    if upper in known_variables():
        return known_variables()[upper]
    entry = entry_of(upper)
    return entry[0] if entry else None


def entry_of(variable: str) -> tuple[str, str] | None:
    """``WAYBILL_KAFKA__PROPERTIES__CLIENT.ID`` is the entry ``client.id`` of kafka.properties."""
    for name, info in known().items():
        prefix = f"{variable_of(name)}__"
        if get_origin(info.annotation) is dict and variable.startswith(prefix) and variable != prefix:
            return name, variable.removeprefix(prefix).lower()
    return None


def named(name: str) -> str:
    """A name for a message. What follows an equals sign or a colon in it, or is too long, may be a value."""
    bare = re.split("[=:]", name, maxsplit=1)[0]
    return name if bare == name and len(name) <= _LONGEST_NAME else f"{bare[:_LONGEST_NAME]}…"


def is_kubernetes(variable: str, value: str) -> bool:
    """Whether Kubernetes has set it: for a Service called ``waybill`` or ``waybill-…`` each pod's containers get
    ``WAYBILL_PORT=tcp://10.0.0.1:80``, ``WAYBILL_SERVICE_HOST`` and more. Their values have a form, too.
    """
    return any(
        re.fullmatch(rf"WAYBILL(?:_[A-Z0-9]+)*_{end}", variable) and re.fullmatch(form, value)
        for end, form in _OF_A_SERVICE
    )


def _leaves(annotation: Any) -> set[Any]:
    inner = get_args(annotation)
    return {annotation} if not inner else set().union(*(_leaves(one) for one in inner))
