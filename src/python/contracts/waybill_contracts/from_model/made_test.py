"""Whether a stream's contract.json is what its contract.py makes: by `waybill stream test`."""

from __future__ import annotations

from waybill_common.errors import StreamTestFailed
from waybill_contracts.from_model.changes import changes
from waybill_contracts.from_model.folder_model import model_of
from waybill_streams.stream_folder import CONTRACT_FILE, MODEL_FILE, StreamFolder

_MOST_SHOWN = 20


def check_made(folder: StreamFolder, *, streams: str) -> None:
    """``streams`` is the flag that says where the folder lies, if one does. **It runs contract.py**, if there is one.

    Raises ``SettingsRefused`` for what is wrong with it, and ``StreamTestFailed``.
    """
    model = model_of(folder)
    if model is None:
        return
    made = model.made()
    if model.base is not None and made.text == model.base.text:
        return
    if model.base is None:
        found = f"{folder.place} has a {MODEL_FILE} and no {CONTRACT_FILE}."
    else:
        listed = [f"\n  - {one}" for one in changes(model.base, made)][:_MOST_SHOWN]
        found = f"{model.document_file} is not what {MODEL_FILE} beside it makes:{''.join(listed)}."
    raise StreamTestFailed(
        found,
        allowed=f"the {CONTRACT_FILE} that {MODEL_FILE} makes.",
        remedy=f"run `waybill contract publish --stream {folder.name}{streams}`, which writes it and compares it with "
        f"the dataset's, or take the change in {MODEL_FILE} back.",
    )
