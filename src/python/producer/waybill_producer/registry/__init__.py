"""The schema registry: the contract goes there once a run, and an id comes back that frames the run's events."""

from waybill_producer.registry.register import register_contract

__all__ = ["register_contract"]
