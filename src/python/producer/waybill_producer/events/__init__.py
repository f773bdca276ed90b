"""From the API's users to the contract's events."""

from waybill_producer.events.pseudonym import PseudonymKey, pseudonym_key
from waybill_producer.events.transform import DeadUser, Transformed, transform_page

__all__ = ["DeadUser", "PseudonymKey", "Transformed", "pseudonym_key", "transform_page"]
