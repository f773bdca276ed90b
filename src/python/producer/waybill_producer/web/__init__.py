"""One request function for whatever the producer asks by HTTP: bounded in time and bytes, and it tells no secrets."""

from __future__ import annotations

from waybill_producer.web.http_client import HttpAnswer
from waybill_producer.web.http_client import Limits
from waybill_producer.web.http_client import Web
from waybill_producer.web.http_errors import HttpRefused
from waybill_producer.web.http_errors import NoAnswer
from waybill_producer.web.proxies import DIRECT
from waybill_producer.web.proxies import Route

__all__ = ["DIRECT", "HttpAnswer", "HttpRefused", "Limits", "NoAnswer", "Route", "Web"]
