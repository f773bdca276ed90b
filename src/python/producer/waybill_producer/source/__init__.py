"""The API: what is asked of it, how often, and whether a reply answers that."""

from waybill_producer.source.api_user import ApiUser
from waybill_producer.source.body import AnyUser, CheckedUser, RawUser
from waybill_producer.source.fetch import UserSource, retrieve_user_data
from waybill_producer.source.query import LAST_PAGE, PageQuery, query_of
from waybill_producer.source.reply import Page

# fmt: off
__all__ = [
    "LAST_PAGE", "AnyUser", "ApiUser", "CheckedUser", "Page", "PageQuery", "RawUser", "UserSource", "query_of",
    "retrieve_user_data",
]
