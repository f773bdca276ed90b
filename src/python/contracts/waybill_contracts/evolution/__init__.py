"""Which document may follow which in one dataset."""

from waybill_contracts.evolution.difference import first_difference

__all__ = ["first_difference"]
