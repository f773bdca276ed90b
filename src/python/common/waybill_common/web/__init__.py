"""One request function for whatever is asked by HTTP: bounded in time and bytes, and it tells no secrets."""

from waybill_common.web.http_client import Limits, Web
from waybill_common.web.http_errors import BodyTooLarge, HttpRefused, NoAnswer
from waybill_common.web.proxies import DIRECT, Route, Routes, way_to
from waybill_common.web.url_credentials import BasicCredentials, credentials_of, without_credentials

# fmt: off
__all__ = [
    "DIRECT", "BasicCredentials", "BodyTooLarge", "HttpRefused", "Limits", "NoAnswer", "Route", "Routes", "Web",
    "credentials_of", "way_to", "without_credentials",
]
