"""What is asked of the API.

The rules come from the API's own source, version 1.4: it never answers a bad parameter with an error, so
everything that it would silently replace is refused here, before the first request.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from waybill_common.errors import SettingsRefused
from waybill_common.settings import SourceSettings

NATIONALITIES = frozenset(
    {"AU", "BR", "CA", "CH", "DE", "DK", "ES", "FI", "FR", "GB", "IE", "IN", "IR", "MX", "NL", "NO", "NZ"}
    | {"RS", "TR", "UA", "US"}
)
"""Those of version 1.4; older ones have fewer."""

INCLUDED = ("gender", "name", "location", "email", "login", "nat")
LAST_PAGE = 10_000
"""A higher page is answered with page 1."""

_OLDEST = (1, 3)


@dataclass(frozen=True)
class PageQuery:
    """One seed's query. With the same values, the same page holds the same users."""

    endpoint: str
    version: str
    seed: str | None
    results: int
    nationalities: tuple[str, ...]
    included: tuple[str, ...] = INCLUDED

    def parameters(self, page: int) -> dict[str, str]:
        """The request's query string. Without a seed there are no pages to ask for."""
        asked = {"results": str(self.results), "inc": ",".join(self.included)}
        if self.nationalities:
            asked["nat"] = ",".join(self.nationalities)
        if self.seed is not None:
            asked |= {"seed": self.seed, "page": str(page)}
        return asked

    def page_in_reply(self, page: int) -> int:
        """The page that ``info`` has to name."""
        return page if self.seed is not None else 1

    def coordinates(self, page: int) -> str:
        """Where a page comes from, for headers and messages; ``#index`` is appended for one user."""
        asked = {"results": str(self.results)} | ({"seed": self.seed} if self.seed is not None else {})
        return f"{self.endpoint}?{urlencode(asked | {'page': str(page)})}"


def query_of(settings: SourceSettings) -> PageQuery:
    """The query that the settings ask for; raises ``SettingsRefused`` for what the API would ignore."""
    url = settings.url
    if url.username or url.password:
        raise SettingsRefused(
            f"source.url has a user or a password before its host, {url.host}.",
            allowed="scheme, host, port and path: addresses are logged, and stored with each record.",
            remedy="remove them; credentials belong in source.username and source.password.",
        )
    if url.query or url.fragment:
        raise SettingsRefused(
            "source.url has a query or a fragment.",
            allowed="scheme, host and path.",
            remedy="remove it; the parameters have settings of their own (source.seed, source.results, …).",
        )
    unknown = sorted(set(settings.nationalities) - NATIONALITIES)
    if unknown:
        raise SettingsRefused(
            f"source.nationalities names {', '.join(unknown)}, for which the API would drop the whole filter.",
            allowed=", ".join(sorted(NATIONALITIES)) + ".",
            remedy="remove the unknown ones.",
        )
    if tuple(int(part) for part in settings.version.split(".")) < _OLDEST:
        raise SettingsRefused(
            f"source.version is {settings.version}, whose users have no country.",
            allowed="1.3 or newer: the contract needs location.country.",
            remedy="set source.version to 1.4.",
        )
    if settings.results > settings.users_per_window:
        raise SettingsRefused(
            f"source.results is {settings.results}, more than source.users_per_window = {settings.users_per_window}.",
            allowed="a page that fits the rate limit.",
            remedy="ask for smaller pages.",
        )
    return PageQuery(
        endpoint=f"{str(url).rstrip('/')}/{settings.version}/",
        version=settings.version,
        seed=settings.seed,
        results=settings.results,
        nationalities=settings.nationalities,
    )
