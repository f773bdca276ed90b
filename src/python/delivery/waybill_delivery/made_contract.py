"""The document that a stream's contract.py makes for the datasets of its stream."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeAlias

from waybill_common.errors import ContractRefused
from waybill_common.settings import Settings
from waybill_contracts.document import ContractDocument
from waybill_contracts.stream_contract import registry_of
from waybill_delivery.published_dataset import PublishedDataset
from waybill_streams.stream_folder import StreamFolder
from waybill_streams.stream_settings import folders_of


class ContractModel(Protocol):
    """A model beside contract.json. No engine knows what reads one: it is handed in."""

    @property
    def base(self) -> ContractDocument | None:
        """contract.json, None where there is none yet."""

    @property
    def document_file(self) -> str:
        """Where contract.json lies."""

    def made(self, version: int | None = None) -> ContractDocument:
        """The document of both, by default under the version that contract.json has."""

    def write(self, made: ContractDocument) -> None:
        """Put it in the place of contract.json."""


ModelFinder: TypeAlias = "Callable[[StreamFolder], ContractModel | None]"
"""None for a folder without a model. **It runs the folder's contract.py.**"""


def model_of_stream(
    flags: Namespace, environ: Mapping[str, str], settings: Settings, model_in: ModelFinder
) -> ContractModel | None:
    """None for a stream without a model, or without a folder. Raises ``SettingsRefused``, also for a folder that others
    can write to: nothing in it is run.
    """
    folders = folders_of(flags, environ)
    name = settings.stream.name
    return model_in(folders.find(name)) if name in folders.places else None


def made_for(model: ContractModel, begun: Sequence[PublishedDataset]) -> ContractDocument:
    """Under the version that contract.json has, or the next one where a dataset has other bytes under that.

    Raises ``SettingsRefused``, and ``ContractRefused`` where contract.json is gone and a dataset has a contract.
    """
    held = [one.contract for one in begun if one.contract is not None]
    if model.base is None and held:
        raise ContractRefused(
            f"{model.document_file} is missing, and {begun[0].address} has a contract, of version {held[0].version}.",
            allowed="the dataset's document there: ids of fields, and what no model says, come from it.",
            remedy=f"run `waybill contract pull {model.document_file}` with the same --stream, and publish again. "
            "Nothing was written.",
        )
    made = model.made()
    own = registry_of(made, model.document_file).current
    if any(one.version == own.version and not own.is_named(one.version, one.fingerprint) for one in held):
        return model.made(own.version + 1)
    return made
