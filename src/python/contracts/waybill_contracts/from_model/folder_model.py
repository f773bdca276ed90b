"""A stream's contract.py beside its contract.json, and the document that the two make."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from waybill_common.errors import SettingsRefused
from waybill_common.terminal import complain
from waybill_contracts.document import ContractDocument, DocumentRefused
from waybill_contracts.drafting import DraftRefused, DraftWishes, draft_from_tree, fields_of_tree
from waybill_contracts.from_model.changes import changes
from waybill_contracts.from_model.merging import with_fields
from waybill_contracts.from_model.model_running import schema_of
from waybill_contracts.from_model.replacing import replace_document
from waybill_contracts.stream_contract import parsed_document
from waybill_streams.stream_folder import CONTRACT_FILE, MODEL_FILE, StreamFolder, model_source


@dataclass(frozen=True)
class FolderModel:
    """``schema`` is the model's JSON Schema; ``base`` is contract.json, None where there is none yet."""

    folder: StreamFolder
    schema: Any
    base: ContractDocument | None

    @property
    def file(self) -> str:
        return f"{self.folder.place}/{MODEL_FILE}"

    @property
    def document_file(self) -> str:
        return f"{self.folder.place}/{CONTRACT_FILE}"

    def made(self, version: int | None = None) -> ContractDocument:
        """By default under the version that contract.json has. Raises ``SettingsRefused``."""
        try:
            root = fields_of_tree(self.schema).root
            if self.base is None:
                return draft_from_tree(self.schema, DraftWishes(self.folder.name, required=True)).document
            return with_fields(self.base, root, version or self.base.version)
        except DraftRefused as refused:
            raise SettingsRefused(
                f"No contract can be made of {self.file}: {refused}.",
                allowed=f"{refused.allowed}.",
                remedy=f"{refused.remedy}. Nothing was written.",
            ) from refused
        except DocumentRefused as refused:
            raise SettingsRefused(
                f"{self.file} and {self.document_file} make no contract of language 1: at "
                f"{refused.place or 'its root'}: {refused.found}.",
                allowed=f"{refused.allowed}.",
                remedy=f"give the model the field that {CONTRACT_FILE} asks for, or correct that file. Nothing was "
                "written.",
            ) from refused

    def write(self, made: ContractDocument) -> None:
        """contract.json, where it says something else. What changed is told on stderr. Raises ``SettingsRefused``."""
        if self.base is not None and self.base.text == made.text:
            return
        replace_document(Path(self.document_file), made.text)
        for line in (self._changed(made), *fields_of_tree(self.schema).told):
            complain(line)

    def _changed(self, made: ContractDocument) -> str:
        if self.base is None:
            keys = ", ".join(one.spelling for one in made.partition_by)
            return (
                f"{self.document_file} is new: version {made.version}, {len(made.columns)} columns, "
                f"{f'`time` is {made.time}' if made.time else 'no `time`'}, "
                f"{f'folders by {keys}' if keys else 'no folders'}. What a model can't say, such as `id` or a wire, is "
                "yours to write there, before the first run."
            )
        old, new = self.base.version, made.version
        listed = "".join(f"\n  - {one}" for one in changes(self.base, made))
        version = f"version {new}" if old == new else f"version {old} to {new}"
        return f"{self.document_file} is written, {version}{f':{listed}' if listed else '.'}"


def model_of(folder: StreamFolder) -> FolderModel | None:
    """None for a folder without a contract.py. **It runs that file**: ``folder`` is one whose rights were looked at.

    Raises ``SettingsRefused`` for what is wrong with either file.
    """
    source = model_source(folder)
    if source is None:
        return None
    base = None
    if folder.contract is not None:
        base = parsed_document(folder.contract, f"{folder.place}/{CONTRACT_FILE}")
    return FolderModel(folder, schema_of(source, f"{folder.place}/{MODEL_FILE}"), base)
