"""One request function for whatever the producer asks by HTTP: bounded in time and bytes, and it tells no secrets."""

from __future__ import annotations

from waybill_producer.web.client import Answer
from waybill_producer.web.client import Limits
from waybill_producer.web.client import Web
from waybill_producer.web.failure import NoAnswer
from waybill_producer.web.failure import Refused
from waybill_producer.web.way import DIRECT
from waybill_producer.web.way import Way

__all__ = ["DIRECT", "Answer", "Limits", "NoAnswer", "Refused", "Way", "Web"]
