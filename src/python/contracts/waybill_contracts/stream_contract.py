"""The contract that a run is given: the document in its stream's folder."""

from __future__ import annotations

from pathlib import Path

from waybill_common.contract import BoundContract, Registry
from waybill_common.errors import ContractUnknown, SettingsRefused
from waybill_common.ledger import LARGEST_DOCUMENT
from waybill_common.settings import StreamSettings
from waybill_common.version import VERSION
from waybill_contracts.document import ContractDocument, DocumentRefused, parse_document
from waybill_contracts.judging import ID_FRAMES, ID_FRAMES_TOLD
from waybill_streams.packaged import STREAMS


def contracts_of(stream: StreamSettings) -> Registry[BoundContract]:
    """What this run knows by itself; the last one is its own.

    Raises ``SettingsRefused`` for a folder without a document, or with one outside the language, ``ContractUnknown``
    for one that this release can't judge by.
    """
    if stream.contract is None and stream.name in STREAMS:
        return Registry(STREAMS[stream.name].contracts)
    if not stream.contract:
        raise SettingsRefused(
            f"The stream {stream.name} has no folder with a contract.json in it.",
            allowed="a stream's folder with its contract, in the folder that --streams names.",
            remedy="write one by `waybill contract init`, or, where the dataset has begun, by `waybill contract pull`. "
            "Nothing was written.",
        )
    name = f"contract.json of stream {stream.name}"
    document = parsed_document(stream.contract, name)
    if document.stream != stream.name:
        raise SettingsRefused(
            f"{name} is a contract of stream {document.stream}.",
            allowed="one stream.",
            remedy="put the stream's own document there. Nothing was written.",
        )
    return registry_of(document, name)


def registry_of(document: ContractDocument, name: str) -> Registry[BoundContract]:
    """``document`` beside what a release before documents wrote in its stream's name; a model stands for its own."""
    own = contract_of(document, name)
    packaged = STREAMS[own.stream].contracts if own.stream in STREAMS else ()
    others = [one for one in packaged if one.fingerprint != own.fingerprint]
    return Registry((*others, next((one for one in packaged if one not in others), own)))


def contract_of(document: ContractDocument, name: str) -> BoundContract:
    """``name`` is what messages call it. Raises ``ContractUnknown`` for what this release can't judge by."""
    check_can_judge(document, name)
    return BoundContract(document.stream, document.version, document.text)


def check_can_judge(document: ContractDocument, name: str) -> None:
    value = document.value
    if value.registry is not None and value.frame not in ID_FRAMES:
        named = "" if value.frame else "name the records' frame, or "
        frame = f" --frame {value.frame}" if value.frame else ""
        raise ContractUnknown(
            f"{name} describes Avro whose schemas a registry has, {_in_frame(value.frame)}, and Waybill {VERSION} "
            "can't ask one for those.",
            allowed=f"with a registry, records in a frame of {ID_FRAMES_TOLD}.",
            remedy=f"{named}put the schema of the records into the document: `waybill contract init --avro-schema "
            f"FILE{frame}` makes one that asks nobody. Nothing was written.",
        )


def _in_frame(frame: str | None) -> str:
    return "without a frame" if frame is None else f"in the frame {frame}"


def read_document(name: str) -> ContractDocument:
    """Of a file. Raises ``SettingsRefused`` with the place in the document."""
    try:
        text = _read(name)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise SettingsRefused(
            f"The document {name} can't be read: {why}.",
            allowed="a file that this user may read.",
            remedy="correct the name or the file's rights.",
        ) from error
    return parsed_document(text, name)


def parsed_document(text: bytes, name: str) -> ContractDocument:
    """``name`` is what messages call it. Raises ``SettingsRefused`` with the place in the document."""
    try:
        return parse_document(text)
    except DocumentRefused as refused:
        nearest = f" Did you mean {refused.nearest}?" if refused.nearest else ""
        raise SettingsRefused(
            f"{name} is no contract of language 1: at {refused.place or 'its root'}: {refused.found}.{nearest}",
            allowed=f"{refused.allowed}.",
            remedy="correct the document; docs/contracts.md has the language.",
        ) from None


def _read(name: str) -> bytes:
    with Path(name).open("rb") as file:
        text = file.read(LARGEST_DOCUMENT + 1)
    if len(text) > LARGEST_DOCUMENT:
        raise ValueError(f"it is larger than {LARGEST_DOCUMENT:,} bytes")
    return text
