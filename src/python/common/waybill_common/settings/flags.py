"""Settings as flags: ``--section.field VALUE``, for each that a program uses."""

from __future__ import annotations

import json
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Iterable, Mapping

from waybill_common.settings.describe import shown_default
from waybill_common.settings.setting_names import (
    CONFIG_VARIABLE,
    flag_of,
    is_secret,
    is_table,
    known,
    variable_of,
)
from waybill_common.settings.uses import uses

_SETTING = "setting:"
_IDLE = "idle:"
_ALSO = {"status.port": "--status-port"}
"""Short forms, for what is given by hand."""

UNKNOWN = "unknown_settings"
"""Where a namespace keeps the names of flags that look like settings, and that this program lacks."""


def add_settings_flags(parser: ArgumentParser, *names: str, idle: Iterable[str] = ()) -> None:
    """A flag for each setting of ``names``, fields or whole sections. Secrets get none: ``ps`` shows flags.

    ``idle`` flags do nothing: release 0.1.0 took them here, so they are taken still, and not shown.
    """
    settings = parser.add_argument_group("settings", "Each may come from a variable or waybill.toml too.")
    for name in uses(*names):
        info = known()[name]
        if not is_secret(info):
            shown = f"{info.description} [default: {shown_default(info)}]".replace("%", "%%")
            also = (_ALSO[name],) if name in _ALSO else ()
            settings.add_argument(flag_of(name), *also, dest=_SETTING + name, metavar="VALUE", help=shown)
    settings.add_argument("--config", metavar="FILE", help="settings file (default: waybill.toml, if there)")
    for name in uses(*idle):
        if not is_secret(known()[name]):
            parser.add_argument(flag_of(name), dest=_IDLE + name, help=SUPPRESS)
    parser.set_defaults(**{UNKNOWN: ()})


def given(flags: Namespace) -> dict[str, str]:
    """The settings among ``flags``, by their dotted names."""
    return _with_prefix(flags, _SETTING)


def sections_of(flags: Namespace) -> frozenset[str]:
    """The sections that this program uses any setting of that has a flag."""
    names = (name.removeprefix(_SETTING) for name in vars(flags) if name.startswith(_SETTING))
    return frozenset(name.partition(".")[0] for name in names)


def idle_flags(flags: Namespace) -> tuple[str, ...]:
    """Flags that were given and do nothing."""
    return tuple(flag_of(name) for name in _with_prefix(flags, _IDLE))


def as_variables(flags: Namespace, environ: Mapping[str, str]) -> dict[str, str]:
    """``environ`` with what the flags of ``add_settings_flags`` say, for a child with the same settings.

    Both have been loaded before. A table of ``environ`` is merged with that of its flag, as ``load_settings`` does.
    """
    found = dict(environ)
    if flags.config is not None:
        found[CONFIG_VARIABLE] = flags.config
    for name, text in given(flags).items():
        variable = variable_of(name)
        annotation, before = known()[name].annotation, environ.get(variable, "")
        are_tables = before != "" and is_table(annotation, before) and is_table(annotation, text)
        found[variable] = json.dumps(json.loads(before) | json.loads(text)) if are_tables else text
    return found


def as_words(flags: Namespace) -> tuple[str, ...]:
    """The same as words of a child's command line."""
    config = () if flags.config is None else (f"--config={flags.config}",)
    return (*config, *(f"{flag_of(name)}={text}" for name, text in given(flags).items()))


def _with_prefix(flags: Namespace, prefix: str) -> dict[str, str]:
    found = {name: value for name, value in vars(flags).items() if name.startswith(prefix)}
    return {name.removeprefix(prefix): value for name, value in found.items() if value is not None}
