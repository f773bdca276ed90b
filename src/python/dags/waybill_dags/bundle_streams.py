"""The streams that get DAGs: those that the bundle was packaged with, and those of the folder that a variable names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from waybill_common.errors import SettingsRefused
from waybill_common.stream_names import FOLDER_VARIABLE, of_a_stream
from waybill_dags.dag_ids import FIRST_DAG, STREAM_DAG
from waybill_dags.dag_stream import DagStream, dag_stream
from waybill_streams.clashes import check_apart
from waybill_streams.finding import NAMESPACE, StreamFolders, given_folder
from waybill_streams.stream_folder import STREAM_FILE, StreamFolder, load_folder


@dataclass(frozen=True)
class FoundStreams:
    """``refused`` is what is wrong with streams that get no DAGs, and with the folder that was given. ``first`` is the
    stream that 0.1.0 carried, whose DAG is in a file of its own.
    """

    streams: tuple[DagStream, ...]
    refused: tuple[SettingsRefused, ...]
    first: str | None


@dataclass(frozen=True)
class BundleStreams:
    """A stream of the folder that ``environ`` names stands in front of a packaged one of its name."""

    environ: Mapping[str, str]

    def find(self, name: str) -> DagStream | None:
        """The one alone, for a task of its DAGs: what it must not share with others its programs look after.

        None where there is none. Raises ``SettingsRefused``.
        """
        if self._given is not None and name in self._given.places:
            return dag_stream(self._given.find(name))
        place = self._packaged.get(name)
        return None if place is None else dag_stream(load_folder(place))

    def all(self) -> FoundStreams:
        """What is wrong with one leaves the others alone."""
        refused = list[SettingsRefused]()
        loaded = {name: _attempt(load_folder, place) for name, place in self._packaged.items()}
        first = next(
            (name for name, one in loaded.items() if isinstance(one, _Loaded) and one.dag.is_old), None
        )
        try:
            given = self._given
        except SettingsRefused as error:
            refused.append(error)
        else:
            loaded |= {} if given is None else {name: _attempt(given.find, name) for name in given.places}
        folders = [one.folder for one in loaded.values() if isinstance(one, _Loaded)]
        topics, datasets = self._said("topic"), self._said("dataset")
        streams = list[DagStream]()
        for _, one in sorted(loaded.items()):
            if isinstance(one, SettingsRefused):
                refused.append(one)
                continue
            try:
                _check_dag(one.folder, first)
                check_apart(one.folder, folders, topics, datasets)
            except SettingsRefused as error:
                refused.append(error)
            else:
                streams.append(one.dag)
        return FoundStreams(tuple(streams), tuple(refused), first)

    @cached_property
    def _packaged(self) -> Mapping[str, Traversable]:
        """In the folder or zip that this module lies in. No program would find what is installed beside Airflow."""
        places = [place for place in files(NAMESPACE).iterdir() if (place / STREAM_FILE).is_file()]
        return {place.name: place for place in places}

    @cached_property
    def _given(self) -> StreamFolders | None:
        """Raises ``SettingsRefused``."""
        said = [name for name in self.environ if name.upper() == FOLDER_VARIABLE]
        if not said:
            return None
        name = FOLDER_VARIABLE if FOLDER_VARIABLE in said else said[0]
        return StreamFolders(given_folder(self.environ[name], name), path=())

    def _said(self, field: str) -> Mapping[str, str]:
        """What ``WAYBILL_STREAMS__NAME__…`` says of streams, by their names."""
        found = ((of_a_stream(name.upper()), text) for name, text in self.environ.items())
        return {said[0]: text for said, text in found if said is not None and said[1] == field}


@dataclass(frozen=True)
class _Loaded:
    folder: StreamFolder
    dag: DagStream


def _attempt(load: Callable[[Any], StreamFolder], place: Traversable | str) -> _Loaded | SettingsRefused:
    try:
        folder = load(place)
        return _Loaded(folder, dag_stream(folder))
    except SettingsRefused as refused:
        return refused


def _check_dag(folder: StreamFolder, first: str | None) -> None:
    if folder.name != first and f"{folder.name}{STREAM_DAG}" == FIRST_DAG:
        raise SettingsRefused(
            f"The streams {folder.name} and {first or 'of 0.1.0'} have one DAG, {FIRST_DAG}.",
            allowed="a DAG for each stream.",
            remedy=f"give {folder.name} another name ({folder.place}). Nothing was touched.",
        )


def as_one(refused: Iterable[SettingsRefused]) -> SettingsRefused | None:
    """For Airflow's list of import errors."""
    found = tuple(refused)
    if len(found) < 2:
        return next(iter(found), None)
    listed = "".join(f"\n  - {one}" for one in found)
    return SettingsRefused(
        f"{len(found)} folders are refused, and their streams have no DAGs:{listed}\n",
        allowed="folders with nothing wrong in them; the DAGs of all other streams are there.",
        remedy="do what is said of each.",
    )
