"""One request function for whatever the producer asks by HTTP: bounded in time and bytes, and it tells no secrets."""

from waybill_producer.web.http_client import Limits, Web
from waybill_producer.web.http_errors import HttpRefused, NoAnswer
from waybill_producer.web.proxies import DIRECT, Route, Routes, way_to
from waybill_producer.web.url_credentials import BasicCredentials, credentials_of, without_credentials

# fmt: off
__all__ = [
    "DIRECT", "BasicCredentials", "HttpRefused", "Limits", "NoAnswer", "Route", "Routes", "Web",
    "credentials_of", "way_to", "without_credentials",
]
