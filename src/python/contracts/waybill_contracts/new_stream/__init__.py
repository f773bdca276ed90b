"""``waybill stream new``: from what a topic shows to a stream's folder that passes its own test."""

from waybill_contracts.new_stream.new_verb import add_new, make_new

__all__ = ["add_new", "make_new"]
