"""``names``: one event for each user that randomuser.me makes up.

``contract.json`` is made from the model in ``contract.py``, and a test compares them: one document for producer,
engines and tools.
"""

from importlib.resources import files

from waybill_common.contract import Contract
from waybill_streams.names.contract import Name

__all__ = ["CONTRACT"]

NAMES = Contract(
    stream="names",
    version=1,
    model=Name,
    id_field="id",
    time_field="produced_at",
    document=files(__name__).joinpath("contract.json").read_bytes(),
)

CONTRACT = NAMES
"""What ``waybill_streams.packaged`` looks for."""
