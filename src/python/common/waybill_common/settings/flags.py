"""Settings as flags: ``--section.field VALUE``, for each that a program uses."""

from __future__ import annotations

import json
from argparse import SUPPRESS, Action, ArgumentError, ArgumentParser, Namespace, _ArgumentGroup
from collections.abc import Iterable, Mapping
from typing import Any

from waybill_common.many import StreamSelection, shard_of
from waybill_common.settings.describe import shown_default
from waybill_common.settings.setting_names import (
    CONFIG_VARIABLE,
    flag_of,
    is_secret,
    is_table,
    known,
    variable_of,
)
from waybill_common.settings.tree import FIRST_STREAM
from waybill_common.settings.uses import uses
from waybill_common.stream_variables import FOLDER_VARIABLE

_SETTING = "setting:"
_STREAM = "chosen_stream"
_STREAMS = "streams_folder"
_EVERY, _SHARD = "every_stream", "shard_of_streams"
_IDLE = "idle:"
_ALSO = {
    "status.port": "--status-port",
    "delivery.accept_dead": "--accept-dead",
    "delivery.accept_unknown_schemas": "--accept-unknown-schemas",
    "delivery.keep_schema_bindings": "--keep-schema-bindings",
}
"""Short forms, for what is given by hand."""

_SWITCHES = (
    "delivery.accept_dead",
    "delivery.accept_unknown_schemas",
    "delivery.keep_schema_bindings",
)
"""Without a value they are true."""

UNKNOWN = "unknown_settings"
"""Where a namespace keeps the names of flags that look like settings, and that this program lacks."""


def add_settings_flags(
    parser: ArgumentParser, *names: str, idle: Iterable[str] = (), several: bool = False
) -> None:
    """A flag for each setting of ``names``, fields or whole sections. Secrets get none: ``ps`` shows flags.

    ``idle`` flags do nothing: release 0.1.0 took them here, so they are taken still, and not shown.
    """
    settings = parser.add_argument_group("settings", "Each may come from a variable or waybill.toml too.")
    names_used = uses(*names)
    for name in names_used:
        info = known()[name]
        if not is_secret(info):
            shown = f"{info.description} [default: {shown_default(info)}]".replace("%", "%%")
            also = (_ALSO[name],) if name in _ALSO else ()
            is_switch = name in _SWITCHES
            settings.add_argument(
                flag_of(name),
                *also,
                dest=_SETTING + name,
                metavar="VALUE",
                help=shown,
                nargs="?" if is_switch else None,
                const="true" if is_switch else None,
            )
    settings.add_argument("--config", metavar="FILE", help="settings file (default: waybill.toml, if there)")
    if any(name.startswith("stream.") for name in names_used):
        if several:
            _add_selection(settings)
        else:
            settings.add_argument(
                "--stream",
                dest=_STREAM,
                action=_OneStream,
                metavar="NAME",
                help="the stream [default: stream.name]",
            )
        add_stream_flags(settings)
    for name in uses(*idle):
        if not is_secret(known()[name]):
            parser.add_argument(flag_of(name), dest=_IDLE + name, help=SUPPRESS)
    parser.set_defaults(**{UNKNOWN: ()})


def add_stream_flags(parser: ArgumentParser | _ArgumentGroup) -> None:
    """Where streams lie."""
    parser.add_argument(
        "--streams",
        dest=_STREAMS,
        metavar="DIR",
        help=f"folder with a folder for each stream, also {FOLDER_VARIABLE} (default: those that are installed alone)",
    )


class _OneStream(Action):
    """Who names two streams does not mean the last one alone, as some commands do take several."""

    def __call__(
        self, _parser: ArgumentParser, namespace: Namespace, values: Any, _flag: str | None = None
    ) -> None:
        if getattr(namespace, self.dest, None) not in (None, values):
            raise ArgumentError(self, "given for two streams; allowed: one stream, for this command")
        setattr(namespace, self.dest, values)


def _add_selection(settings: _ArgumentGroup) -> None:
    """For a command that takes several streams."""
    settings.add_argument(
        "--stream",
        dest=_STREAM,
        action="append",
        metavar="NAME",
        help="the stream; several, each with --stream, or globs such as 'team_*' [default: stream.name]",
    )
    settings.add_argument(
        "--all",
        dest=_EVERY,
        action="store_true",
        help="every stream: of --streams, if that is given, else every one that is installed",
    )
    settings.add_argument(
        "--shard", dest=_SHARD, type=shard_of, metavar="I/N", help="of those the I-th part of N, such as 2/8"
    )


def selection_of(flags: Namespace) -> StreamSelection | None:
    """What ``--stream``, ``--all`` and ``--shard`` say; None where they say nothing."""
    said = getattr(flags, _STREAM, None)
    patterns = () if said is None else (said,) if isinstance(said, str) else tuple(said)
    every, shard = bool(getattr(flags, _EVERY, False)), getattr(flags, _SHARD, None)
    return StreamSelection(patterns, every, shard) if patterns or every or shard is not None else None


def takes_several(flags: Namespace) -> bool:
    """Whether they are of a command that takes several streams."""
    return hasattr(flags, _EVERY)


def for_stream(flags: Namespace, name: str | None) -> Namespace:
    """The same flags, of one stream."""
    return Namespace(**{**vars(flags), _STREAM: name})


def name_stream(flags: Namespace, name: str) -> None:
    """From here on ``--stream`` says its name."""
    setattr(flags, _STREAM, name)


def given_of_stream(flags: Namespace) -> list[str]:
    """Flags that say what one stream's name, topic and dataset are."""
    return [flag_of(name) for name in given(flags) if name.startswith("stream.")]


def given(flags: Namespace) -> dict[str, str]:
    """The settings among ``flags``, by their dotted names."""
    return _with_prefix(flags, _SETTING)


def chosen_stream(flags: Namespace) -> str | None:
    """What ``--stream`` says, of one stream."""
    selection = selection_of(flags)
    return selection.patterns[0] if selection is not None and selection.patterns else None


def streams_folder(flags: Namespace, environ: Mapping[str, str]) -> tuple[str, str] | None:
    """The folder of folders that was given, and by what."""
    said: str | None = getattr(flags, _STREAMS, None)
    if said is not None:
        return said, "--streams"
    given = [name for name in environ if name.upper() == FOLDER_VARIABLE]
    if not given:
        return None
    name = FOLDER_VARIABLE if FOLDER_VARIABLE in given else given[0]
    return environ[name], name


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
    if (folder := streams_folder(flags, environ)) is not None:
        found[FOLDER_VARIABLE] = folder[0]
    if (stream := chosen_stream(flags) or given(flags).get("stream.name")) is not None:
        _choose(found, stream)
    for name, text in given(flags).items():
        variable = variable_of(name)
        annotation, before = known()[name].annotation, environ.get(variable, "")
        are_tables = before != "" and is_table(annotation, before) and is_table(annotation, text)
        found[variable] = json.dumps(json.loads(before) | json.loads(text)) if are_tables else text
    return found


def as_words(flags: Namespace) -> tuple[str, ...]:
    """The same as words of a child's command line."""
    config = () if flags.config is None else (f"--config={flags.config}",)
    selection, folder = selection_of(flags), getattr(flags, _STREAMS, None)
    chosen = () if selection is None else selection.as_words()
    folders = () if folder is None else (f"--streams={folder}",)
    return (*config, *chosen, *folders, *(f"{flag_of(name)}={text}" for name, text in given(flags).items()))


def _choose(variables: dict[str, str], stream: str) -> None:
    """Without what they say of another stream."""
    said = variable_of("stream.name")
    if variables.get(said, FIRST_STREAM) != stream:
        for name in [one for one in variables if one.upper() in map(variable_of, uses("stream"))]:
            del variables[name]
    variables[said] = stream


def _with_prefix(flags: Namespace, prefix: str) -> dict[str, str]:
    found = {name: value for name, value in vars(flags).items() if name.startswith(prefix)}
    return {name.removeprefix(prefix): value for name, value in found.items() if value is not None}
