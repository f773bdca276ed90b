"""One request function for whatever the producer asks by HTTP: bounded in time and bytes, and it tells no secrets."""

from waybill_producer.web.http_client import Limits
from waybill_producer.web.http_client import Web
from waybill_producer.web.http_errors import HttpRefused
from waybill_producer.web.http_errors import NoAnswer
from waybill_producer.web.proxies import DIRECT
from waybill_producer.web.proxies import Route
from waybill_producer.web.proxies import Routes
from waybill_producer.web.proxies import way_to
from waybill_producer.web.url_credentials import BasicCredentials
from waybill_producer.web.url_credentials import credentials_of
from waybill_producer.web.url_credentials import without_credentials

# fmt: off
__all__ = [
    "DIRECT", "BasicCredentials", "HttpRefused", "Limits", "NoAnswer", "Route", "Routes", "Web",
    "credentials_of", "way_to", "without_credentials",
]
