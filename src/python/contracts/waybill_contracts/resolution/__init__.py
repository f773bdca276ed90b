"""A writer's Avro schema resolved to a contract's columns, by Avro's rules and the value table."""

from waybill_contracts.resolution.whole_datum import ResolvedSchema

__all__ = ["ResolvedSchema"]
