"""Flags over variables over ``waybill.toml``; every complaint names the field, the value and its origin."""

from __future__ import annotations

import difflib
import json
import tomllib
from argparse import ArgumentParser
from argparse import Namespace
from collections.abc import Iterator
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from typing import get_args
from typing import get_origin

from pydantic import BaseModel
from pydantic import SecretStr
from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings
from pydantic_settings import EnvSettingsSource
from pydantic_settings.main import SettingsConfigDict

from waybill_common.errors import SettingsRefused
from waybill_common.place.url import may_hold_secret
from waybill_common.settings.tree import Settings

PREFIX = "WAYBILL_"
CONFIG_VARIABLE = "WAYBILL_CONFIG"
DEFAULT_FILE = Path("waybill.toml")
_FLAG_DEST = "setting:"


class _Loader(Settings, BaseSettings):
    """Only tells pydantic-settings how names nest; ``Settings`` does the validation."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__")


class _Variables(EnvSettingsSource):
    """Reads variables from a mapping that it is handed instead of the process's environment."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._given = variables
        super().__init__(_Loader)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {name.lower(): value for name, value in self._given.items()}


def add_settings_flags(parser: ArgumentParser, *sections: str) -> None:
    """A flag ``--section.field`` for each setting of ``sections``. Secrets get none: ``ps`` shows flags."""
    for section, field, info in fields():
        if section in sections and not is_secret(info):
            parser.add_argument(
                f"--{section}.{field.replace('_', '-')}",
                dest=f"{_FLAG_DEST}{section}.{field}",
                metavar="VALUE",
                help=f"{info.description} [default: {shown_default(info)}]".replace("%", "%%"),
            )
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help="settings file (default: waybill.toml, if there)"
    )


def load_settings(flags: Namespace, environ: Mapping[str, str]) -> Settings:
    """The settings; raises ``SettingsRefused`` listing every field that is wrong, and where it came from."""
    file = flags.config or (Path(environ[CONFIG_VARIABLE]) if CONFIG_VARIABLE in environ else None)
    origins: list[tuple[str, dict[str, Any]]] = [
        ("flag", _nested("flag", _from_flags(flags))),
        ("variable", _nested("variable", _from_environment(environ))),
        (str(file or DEFAULT_FILE), _from_file(file)),
    ]
    merged: dict[str, Any] = {}
    for _, values in reversed(origins):
        _update(merged, values)
    try:
        return Settings.model_validate(merged)
    except ValidationError as error:
        complaints = [_complaint(one["loc"], one["msg"], one["input"], origins) for one in error.errors()]
        raise SettingsRefused(
            "; ".join(complaints) + ".",
            allowed="what docs/settings.md lists for each field.",
            remedy="correct or remove it, and start again; nothing was touched.",
        ) from None


def as_variables(flags: Namespace) -> dict[str, str]:
    """What the flags of ``add_settings_flags`` say, as variables: for a child that shall have the same settings."""
    config = {CONFIG_VARIABLE: str(flags.config)} if flags.config else {}
    return {**config, **_from_flags(flags)}


def fields() -> Iterator[tuple[str, str, FieldInfo]]:
    """Every setting: section, field, and what is known of it."""
    for section, info in Settings.model_fields.items():
        model: type[BaseModel] = info.annotation  # type: ignore[assignment]  # every section is a model
        for field, inner in model.model_fields.items():
            yield section, field, inner


def is_secret(info: FieldInfo) -> bool:
    """Whether a setting holds a secret: it has no flag, is never printed, and may come from a file."""
    return SecretStr in _leaves(info.annotation)


def shown_default(info: FieldInfo) -> str:
    """A field's default as one would write it; ``none`` where there is nothing."""
    default = info.default
    if default in (None, (), {}):
        return "none"
    if isinstance(default, bool):
        return str(default).lower()
    return f"{default:g}" if isinstance(default, float) else str(default)


def known_variables() -> dict[str, tuple[str, str]]:
    """Every variable that sets a field, ``…_FILE`` forms of secrets included."""
    known = {}
    for section, field, info in fields():
        name = f"{PREFIX}{section}__{field}".upper()
        known[name] = (section, field)
        if is_secret(info):
            known[f"{name}_FILE"] = (section, field)
    return known


def _nested(origin: str, values: Mapping[str, str]) -> dict[str, Any]:
    """``{"WAYBILL_KAFKA__TIMEOUT": "5"}`` as ``{"kafka": {"timeout": "5"}}``; lists and tables are JSON there."""
    for section, field, info in fields():
        text = values.get(f"{PREFIX}{section}__{field}".upper())
        if text is not None and get_origin(info.annotation) in (dict, tuple):
            try:
                json.loads(text)
            except ValueError as error:
                shown = "a secret" if is_secret(info) else repr(text)
                raise SettingsRefused(
                    f"{section}.{field} = {shown} (from {origin}) is no JSON: {error}.",
                    allowed="lists and tables as JSON.",
                    remedy="correct that value; shells need single quotes around it.",
                ) from None
    return _Variables(values)()


def _from_environment(environ: Mapping[str, str]) -> dict[str, str]:
    known = known_variables()
    values: dict[str, str] = {}
    for name, value in environ.items():
        upper = name.upper()
        if not upper.startswith(PREFIX) or upper == CONFIG_VARIABLE:
            continue
        base = upper.removesuffix("_FILE")
        if upper in known and upper != base and base in known:
            values[base] = _read_secret(upper, Path(value))
        elif upper in known or any(upper.startswith(f"{one}__") for one in known):
            values.setdefault(upper, value)
        else:
            near = difflib.get_close_matches(upper, known, n=1)
            hint = f"did you mean {near[0]}?" if near else "remove it."
            raise SettingsRefused(
                f"Unknown variable {name}.", allowed="the names in docs/settings.md.", remedy=hint
            )
    return values


def _read_secret(name: str, path: Path) -> str:
    try:
        return path.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsRefused(
            f"{name} names {path}, which can't be read: {error}.",
            allowed="a text file that this user may read.",
            remedy="correct the path or the file's mode.",
        ) from error


def _from_flags(flags: Namespace) -> dict[str, str]:
    given = {k.removeprefix(_FLAG_DEST): v for k, v in vars(flags).items() if k.startswith(_FLAG_DEST)}
    return {f"{PREFIX}{k.replace('.', '__')}".upper(): v for k, v in given.items() if v is not None}


def _from_file(path: Path | None) -> dict[str, Any]:
    if path is None and not DEFAULT_FILE.exists():
        return {}
    try:
        return tomllib.loads((path or DEFAULT_FILE).read_text())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsRefused(
            f"The settings file {path or DEFAULT_FILE} can't be read: {error}.",
            allowed="a TOML file.",
            remedy="correct it, or the path in --config.",
        ) from error


def _update(into: dict[str, Any], values: Mapping[str, Any]) -> None:
    for key, value in values.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _update(into[key], value)
        else:
            into[key] = value


def _complaint(
    place: tuple[int | str, ...], message: str, value: object, origins: list[tuple[str, dict[str, Any]]]
) -> str:
    origin = next((name for name, values in origins if _holds(values, place)), "default")
    dotted = ".".join(str(part) for part in place)
    near = difflib.get_close_matches(str(place[-1]), [field for _, field, _ in fields()], n=1)
    hint = f", did you mean {near[0]}?" if message.startswith("Extra inputs") and near else ""
    secret = any(word in dotted for word in ("secret", "key", "password", "token"))
    shown = "a secret" if secret or (isinstance(value, str) and may_hold_secret(value)) else repr(value)
    return f"{dotted} = {shown} (from {origin}): {message}{hint}"


def _holds(values: Any, place: tuple[int | str, ...]) -> bool:
    for part in place:
        if not isinstance(values, dict) or part not in values:
            return isinstance(values, list | tuple)
        values = values[part]
    return True


def _leaves(annotation: Any) -> set[Any]:
    inner = get_args(annotation)
    return {annotation} if not inner else set().union(*(_leaves(one) for one in inner))
