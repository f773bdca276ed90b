"""Which document may follow which in one dataset."""

from waybill_contracts.evolution.difference import Difference, first_difference

__all__ = ["Difference", "first_difference"]
