"""Through which proxy a host is reached, and whose certificates are trusted: found once, by the command line alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from requests.utils import get_environ_proxies

from waybill_common.errors import SettingsRefused
from waybill_common.network import read_cas

LOOPBACK = ("localhost", "127.0.0.1", "::1")
_HOST = re.compile("[!-~]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@dataclass(frozen=True)
class Route:
    """``proxies`` by scheme, as ``requests`` takes them; they may hold a password. ``ca`` is a file or folder of PEM
    certificates, None for those that ``requests`` comes with."""

    proxies: Mapping[str, str] = field(default_factory=dict, repr=False)
    ca: str | None = None


DIRECT = Route()


@dataclass(frozen=True)
class Routes:
    """The routes of a run."""

    source: Route = DIRECT
    registry: Route = DIRECT


def way_to(url: str, environ: Mapping[str, str], own_ca: Path | None = None) -> Route:
    """What this machine's environment says of the way to ``url``: ``HTTPS_PROXY``, ``HTTP_PROXY``, ``ALL_PROXY``,
    ``NO_PROXY``, ``REQUESTS_CA_BUNDLE`` and ``CURL_CA_BUNDLE``, as ``requests`` itself would read them.

    ``own_ca``, of the settings, comes before the last two. A server on this machine is reached without a proxy. Raises
    ``SettingsRefused`` for what could never work.
    """
    ca = _ca(environ) if own_ca is None else str(own_ca)
    if urlsplit(url).hostname in LOOPBACK:
        return Route(ca=ca)
    given = get_environ_proxies(url)
    found = {one: given[one] for one in ("http", "https", "all") if given.get(one, "").strip()}
    taken = next((scheme for scheme in (urlsplit(url).scheme, "all") if scheme in found), None)
    if taken is not None:
        _check(taken, found[taken])
    return Route(found, ca)


def _check(scheme: str, proxy: str) -> None:
    try:
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        usable = (
            parts.scheme in ("http", "https")
            and _HOST.fullmatch(parts.hostname or "") is not None
            and parts.port != 0
            and _CONTROL.search(proxy) is None
        )
    except ValueError:
        usable = False
    if not usable:
        raise SettingsRefused(
            f"The variable {scheme.upper()}_PROXY holds no address of an HTTP proxy.",
            allowed="http:// or https://, host and port, with or without user and password.",
            remedy="correct or remove it, or name the host in NO_PROXY.",
        )


def _ca(environ: Mapping[str, str]) -> str | None:
    for name in _CA_VARIABLES:
        path = environ.get(name)
        if not path:
            continue
        try:
            if not Path(path).is_dir():
                read_cas(Path(path))
        except (OSError, ValueError) as error:
            raise SettingsRefused(
                f"The variable {name} names {path}, from which no certificate can be read "
                f"({type(error).__name__}).",
                allowed="a file, or a folder, of PEM certificates that this user may read.",
                remedy="correct or remove it.",
            ) from None
        return path
    return None
