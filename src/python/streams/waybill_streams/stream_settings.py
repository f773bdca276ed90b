"""The settings of a program that works on a stream: those of the whole pipeline, with what the stream's folder says."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from pydantic import ValidationError

from waybill_common import cli
from waybill_common.errors import SettingsRefused
from waybill_common.settings import (
    NO_CONTRACT,
    DeliverySettings,
    GivenStreams,
    Settings,
    StreamValues,
    allowed,
    given_streams,
    name_stream,
    nearest,
    selection_of,
    streams_folder,
)
from waybill_streams.clashes import check_apart
from waybill_streams.finding import StreamFolders, given_folder
from waybill_streams.stream_folder import StreamFolder

DELIVERY_DEFAULTS = tuple(
    name
    for name in DeliverySettings.model_fields
    if name not in ("accept_loss", "accept_unknown_schemas", "keep_schema_bindings", "workers")
)
"""What a machine has and what one run accepts are no stream's."""


def settings_of(
    flags: Namespace, environ: Mapping[str, str], component: str, *, warns: bool = True
) -> Settings:
    """As ``waybill_common.cli.settings_of``, of the stream that was chosen, also by a glob. Raises
    ``SettingsRefused``.
    """
    folders = folders_of(flags, environ)
    selection = selection_of(flags)
    if selection is not None and selection.has_glob:
        name_stream(flags, selection.the_one_of([*folders.places]))
    settings = cli.settings_of(flags, environ, component, warns=warns, stream_source=FolderValues(folders))
    if warns:
        tell_warnings(folders)
    return settings


def tell_warnings(folders: StreamFolders) -> None:
    for warning in folders.warnings:
        structlog.get_logger().warning("a group may write to a stream's folder", which=warning)


def topics_of_all(flags: Namespace, environ: Mapping[str, str]) -> Mapping[str, str]:
    """Of every stream that has a folder or is given a topic by the settings, by its name."""
    folders, given = folders_of(flags, environ), given_streams(flags, environ).texts("topic")
    unread = sorted({*folders.places} - {one.name for one in folders.readable} - {*given})
    if unread:
        structlog.get_logger().warning(
            "folders that can't be read: which topics they are of is not known", streams=unread
        )
    return {one.name: one.topic for one in folders.readable} | given


def folders_of(flags: Namespace, environ: Mapping[str, str]) -> StreamFolders:
    given = streams_folder(flags, environ)
    return StreamFolders(None if given is None else given_folder(*given))


@dataclass(frozen=True)
class FolderValues:
    """A stream's folder as a source of settings.

    Where the settings themselves say the topic, a stream needs none: a dataset can be read and audited on a machine
    that has no folder of it, or after the folder is gone.
    """

    folders: StreamFolders

    def __call__(self, stream: str, given: GivenStreams) -> StreamValues:
        if stream not in self.folders.places and given.texts("topic").get(stream):
            return StreamValues(facts={"contract": NO_CONTRACT})
        folder = checked_folder(self.folders, stream, given)
        for name, origin in given:
            if name not in self.folders.places:
                raise SettingsRefused(
                    f"streams.{name} (from {origin}) is of no stream{nearest(name, self.folders.places)}.",
                    allowed=f"{', '.join(self.folders.places)}.",
                    remedy="correct it, or name the folder that holds that stream by --streams. Nothing was touched.",
                )
        return values_of(folder)


def checked_folder(folders: StreamFolders, stream: str, given: GivenStreams) -> StreamFolder:
    """A folder that a run may go by; ``given`` is what settings say of streams. Raises ``SettingsRefused``."""
    folder = folders.find(stream)
    _check_delivery(folder)
    check_apart(folder, folders.readable, given.texts("topic"), given.texts("dataset"))
    return folder


def values_of(folder: StreamFolder) -> StreamValues:
    said = {
        "stream.topic": folder.topic,
        "stream.dataset": folder.dataset,
        **({} if folder.start is None else {"stream.start": folder.start}),
        **{f"delivery.{key}": value for key, value in folder.delivery.items()},
    }
    return StreamValues(
        settings={
            name: (value, folder.said_at(name.removeprefix("stream."))) for name, value in said.items()
        },
        facts={"contract": folder.contract or NO_CONTRACT, "source": folder.source},
    )


def _check_delivery(folder: StreamFolder) -> None:
    for key in folder.delivery:
        if key not in DELIVERY_DEFAULTS:
            raise SettingsRefused(
                f"{folder.said_at(f'delivery.{key}')}: delivery.{key} is no default of a stream"
                f"{nearest(key, DELIVERY_DEFAULTS)}.",
                allowed=f"{', '.join(DELIVERY_DEFAULTS)}.",
                remedy="correct or remove it; nothing was touched.",
            )
    try:
        DeliverySettings.model_validate(folder.delivery)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[0]
        key = str(wrong["loc"][0])
        raise SettingsRefused(
            f"{folder.said_at(f'delivery.{key}')}: delivery.{key}: {wrong['msg']}.",
            allowed=f"{allowed(DeliverySettings.model_fields[key])}.",
            remedy="correct or remove it; nothing was touched.",
        ) from None
