"""From the API's users to the contract's events."""

from waybill_producer.events.dead_body import DeadBodies
from waybill_producer.events.pseudonym import PseudonymKey, pseudonym_key
from waybill_producer.events.transform import REPEATED_ID, DeadUser, Transformed, raw_user, transform_page

# fmt: off
__all__ = [
    "REPEATED_ID", "DeadBodies", "DeadUser", "PseudonymKey", "Transformed", "pseudonym_key", "raw_user",
    "transform_page",
]
