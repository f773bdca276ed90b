"""What else a document can be written as. Each module is the export of its name, looked up once it is asked for."""

from waybill_contracts.exports.forms import FORMS, NotSayable, exported

# fmt: off
__all__ = ["FORMS", "NotSayable", "exported"]
