"""contract.json of a stream's contract.py: the model is run, and what it can say of the document comes from it.

It runs in ``waybill contract publish`` and ``waybill stream test``, and nowhere else. All but ``model_running``, and
the writing of contract.json, is pure.
"""

from waybill_contracts.from_model.folder_model import model_of
from waybill_contracts.from_model.made_test import check_made

__all__ = ["check_made", "model_of"]
