"""The streams that get DAGs: those that the bundle was packaged with, and those of the folder that a variable names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable

from waybill_common.errors import SettingsRefused
from waybill_common.stream_variables import FOLDER_VARIABLE, of_a_stream
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
        given = self._given
        known = name in self._packaged or (given is not None and name in given.places)
        return dag_stream(self._load(name, given)) if known else None

    def all(self) -> FoundStreams:
        """What is wrong with one leaves the others alone."""
        refused, folders, streams = list[SettingsRefused](), list[StreamFolder](), list[DagStream]()
        given: StreamFolders | None = None
        with _added_to(refused):
            given = self._given
        for name in sorted({*self._packaged, *(() if given is None else given.places)}):
            with _added_to(refused):
                folders.append(self._load(name, given))
        first, topics, datasets = self._first(), self._said("topic"), self._said("dataset")
        for folder in folders:
            with _added_to(refused):
                stream = dag_stream(folder)
                _check_dag(folder, first)
                check_apart(folder, folders, topics, datasets)
                streams.append(stream)
        return FoundStreams(tuple(streams), tuple(refused), first)

    def _load(self, name: str, given: StreamFolders | None) -> StreamFolder:
        if given is not None and name in given.places:
            return given.find(name)
        return load_folder(self._packaged[name])

    def _first(self) -> str | None:
        """The one whose packaged contract says that 0.1.0 carried it, whatever folder stands in front of that."""
        for name, place in self._packaged.items():
            with suppress(SettingsRefused):
                if dag_stream(load_folder(place)).is_old:
                    return name
        return None

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


@contextmanager
def _added_to(refused: list[SettingsRefused]) -> Iterator[None]:
    try:
        yield
    except SettingsRefused as error:
        refused.append(error)


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
