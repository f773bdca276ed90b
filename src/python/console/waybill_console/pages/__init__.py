"""One module for each page. Each asks the sources, hands what they answer to a template, and does no more."""

from waybill_console.pages.cluster_page import see_who_answers
from waybill_console.pages.routes import ROUTES

__all__ = ["ROUTES", "see_who_answers"]
