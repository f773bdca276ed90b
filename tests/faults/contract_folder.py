"""A folder of streams whose ``names`` has another version of its contract."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from corpus.names_document import contract_of

import waybill_streams.names

_PACKAGED = Path(waybill_streams.names.__file__).parent


def contract_folder(folder: Path, version: int) -> Mapping[str, str]:
    """The environment of a program that is given it, which differs from the packaged one by its number alone."""
    streams = folder / f"streams-{version}"
    if not streams.exists():
        (streams / "names").mkdir(parents=True)
        shutil.copy(_PACKAGED / "stream.toml", streams / "names")
        (streams / "names" / "contract.json").write_bytes(contract_of(version=version).document)
    return {"WAYBILL_STREAMS_FOLDER": str(streams)}
