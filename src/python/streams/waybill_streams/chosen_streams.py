"""The streams that one command is for, where it takes several: which ones, and the settings of each."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from waybill_common import cli
from waybill_common.errors import SettingsRefused, WaybillError
from waybill_common.many import StreamSelection
from waybill_common.redaction import hide, machines_secrets
from waybill_common.settings import (
    Settings,
    for_stream,
    given_of_stream,
    load_settings,
    secrets_in,
    selection_of,
)
from waybill_streams.finding import StreamFolders
from waybill_streams.stream_settings import FolderValues, folders_of

StreamsByName = Mapping[str, Settings | WaybillError]
"""Each stream's settings, or what is wrong with them or its folder."""


@dataclass(frozen=True)
class ChosenStreams:
    """``run`` has what is the whole run's: logs, status pages, workers. Of each stream there are its settings, or what
    is wrong with its folder, which is no reason to leave the others alone.
    """

    run: Settings
    streams: StreamsByName


def several_of(
    flags: Namespace, environ: Mapping[str, str], component: str, *, warns: bool = True
) -> ChosenStreams | None:
    """None where the command was given no stream, or one by its name: then ``settings_of`` has all of it.

    From here on logs are as the settings say. Raises ``SettingsRefused`` for a stream that there is not, and for what
    is wrong with the settings of all.
    """
    selection = selection_of(flags)
    if selection is None or not selection.is_of_several:
        return None
    of_one = given_of_stream(flags)
    if of_one:
        raise SettingsRefused(
            f"{of_one[0]} was given for several streams.",
            allowed="--stream and --all, with [streams.NAME] in waybill.toml for what differs.",
            remedy=f"leave {of_one[0]} out, or name one stream.",
        )
    folders = folders_of(flags, environ)
    run = cli.settings_of(for_stream(flags, None), environ, component, warns=warns)
    names = selection.of([*folders.own] if selection.every else [*folders.places])
    found = _settings_of_each(names, flags, environ, folders)
    _hide_secrets(run, found, environ)
    if warns:
        for warning in dict.fromkeys(folders.warnings):
            structlog.get_logger().warning("a group may write to a stream's folder", which=warning)
        _say_which(selection, names)
    return ChosenStreams(run, found)


def every_stream(flags: Namespace, environ: Mapping[str, str], own: Settings) -> StreamsByName:
    """All that there are, for a command that none was named to; ``own`` are the settings of the one that it would be
    of by itself.
    """
    folders = folders_of(flags, environ)
    others = [name for name in folders.places if name != own.stream.name]
    found = {own.stream.name: own, **_settings_of_each(others, flags, environ, folders)}
    _hide_secrets(own, found, environ)
    return dict(sorted(found.items()))


def _settings_of_each(
    names: Sequence[str], flags: Namespace, environ: Mapping[str, str], folders: StreamFolders
) -> dict[str, Settings | WaybillError]:
    source, found = FolderValues(folders), dict[str, Settings | WaybillError]()
    for name in names:
        try:
            found[name] = load_settings(for_stream(flags, name), environ, source)
        except SettingsRefused as refused:
            found[name] = refused
    return found


def _hide_secrets(run: Settings, streams: StreamsByName, environ: Mapping[str, str]) -> None:
    secrets = {one for each in streams.values() if isinstance(each, Settings) for one in secrets_in(each)}
    hide((*secrets_in(run), *secrets, *machines_secrets(environ)))


def _say_which(selection: StreamSelection, names: list[str]) -> None:
    shard = {} if selection.shard is None else {"shard": str(selection.shard)}
    structlog.get_logger().info("streams", count=len(names), names=names[:50], **shard)
