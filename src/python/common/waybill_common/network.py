"""The way to a server: its address, the proxy, and the CAs that are trusted. Pure but for looking at CA files."""

from __future__ import annotations

import codecs
import ipaddress
import os
import re
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from waybill_common.errors import SettingsRefused

_LABELS = re.compile(
    r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*\.?|[0-9A-Fa-f:.]+(%\w+)?"
)
_SENDABLE = re.compile("[!-~]+")
_OPENSSLS = re.compile(rb"^-----BEGIN (TRUSTED|X509) CERTIFICATE-----", re.MULTILINE)
_OWN_NAMES = {"localhost", "localhost.localdomain", "localhost6", "ip6-localhost", "ip6-loopback"}
"""As systems' lists of hosts have them."""
_YES = {"1", "true", "yes", "on"}


def is_loopback(host: str) -> bool:
    """Whether ``host``, a name or an address, is this machine's own."""
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return host.rstrip(".").lower() in _OWN_NAMES
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def amazon_endpoint(region: str, environ: Mapping[str, str]) -> str:
    """Amazon's own address of S3 in ``region``; FIPS and dual stack as the variables of AWS's tools ask for."""
    fips = "-fips" if environ.get("AWS_USE_FIPS_ENDPOINT", "").lower() in _YES else ""
    dual = ".dualstack" if environ.get("AWS_USE_DUALSTACK_ENDPOINT", "").lower() in _YES else ""
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return f"https://s3{fips}{dual}.{region}.{suffix}"


def checked_endpoint(text: str, origin: str) -> str:
    """Without a slash at its end. Raises ``SettingsRefused``, whose text holds no user, password or query."""
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        why = "" if good else "it is no http or https URL"
    except ValueError:  # whose text has what stands for host or port, perhaps a password
        raise _refused_endpoint(origin, "its host or its port is none") from None
    if "@" in parts.netloc:
        why = "it has a user in it"
    elif "?" in text or "#" in text:
        why = "it has a query in it"
    elif not _LABELS.fullmatch(parts.hostname or "-"):
        why = "its host has other characters than letters, digits, `-` and `.`"
    elif any(part in ("", ".", "..") for part in parts.path.strip("/").split("/")) and parts.path.strip("/"):
        why = "its path has an empty part, `.` or `..`"
    if why:
        raise _refused_endpoint(origin, why)
    return text.rstrip("/")


def _refused_endpoint(origin: str, why: str) -> SettingsRefused:
    return SettingsRefused(
        f"{origin} can't be used: {why}.",
        allowed="http://host:port or https://host:port, with or without a path.",
        remedy=f"correct {origin}.",
    )


def proxy_for(endpoint: str, environ: Mapping[str, str]) -> str | None:
    """The proxy that the variables name for ``endpoint``. Raises ``SettingsRefused`` for one that a client can't use.

    As curl reads them: small letters before capitals, ``ALL_PROXY`` last, ``NO_PROXY`` a list of hosts, domains,
    addresses and networks.
    """
    parts = urlsplit(endpoint)
    names = (f"{parts.scheme}_proxy", f"{parts.scheme}_proxy".upper(), "all_proxy", "ALL_PROXY")
    name = next((one for one in names if environ.get(one, "").strip()), None)
    excluded = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    if name is None or _is_excluded(parts.hostname or "", parts.port, excluded):
        return None
    text = environ[name].strip()
    whole = text if "://" in text else f"http://{text}"
    try:
        proxy = urlsplit(whole)
        good = (
            proxy.scheme == "http"
            and bool(proxy.hostname)
            and proxy.path in ("", "/")
            and proxy.port != 0
            and not (proxy.query or proxy.fragment)
            and _SENDABLE.fullmatch(whole) is not None
        )
    except ValueError:
        good = False
    if not good:
        raise SettingsRefused(
            f"The proxy in {name} can't be used for {endpoint}.",
            allowed="http://host:port, with or without user and password, in ASCII with %-escapes: not each client of "
            "the lake knows others.",
            remedy=f"correct {name}, or name the store's host in NO_PROXY.",
        )
    return f"{whole.rstrip('/')}" if proxy.port else f"{whole.rstrip('/')}:80"


def _is_excluded(host: str, port: int | None, excluded: str) -> bool:
    return any(_matches(host.lower(), port, one) for one in re.split(r"[,\s]+", excluded.lower()) if one)


def _matches(host: str, port: int | None, rule: str) -> bool:
    if rule == "*":
        return True
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(rule.strip("[]"), strict=False)
    except ValueError:
        pass
    name, _, number = rule.rpartition(":") if rule.count(":") == 1 else (rule, "", "")
    if number and number != str(port or ""):
        return False
    name = name.removeprefix("*").removeprefix(".")
    return host == name or host.endswith(f".{name}")


def extra_ca(environ: Mapping[str, str], profile: str | None) -> Path | None:
    """AWS's CA file, else that of the profile. Raises ``SettingsRefused`` where it holds no certificate."""
    given = environ.get("AWS_CA_BUNDLE") or profile
    if not given:
        return None
    origin = "AWS_CA_BUNDLE" if environ.get("AWS_CA_BUNDLE") else "ca_bundle of the AWS profile"
    return checked_ca(Path(os.path.expanduser(given)), origin)  # noqa: PTH111  # pathlib raises without a home


def system_cas(environ: Mapping[str, str]) -> tuple[Path, ...]:
    """The files of the system's CAs, or those that OpenSSL's variables name in their stead."""
    file, folder = environ.get("SSL_CERT_FILE"), environ.get("SSL_CERT_DIR")
    if file or folder:
        return tuple(_named_cas(file, folder))
    known = ssl.get_default_verify_paths()
    return (Path(known.cafile),) if known.cafile else tuple(_named_cas(None, known.capath))


def _named_cas(file: str | None, folders: str | None) -> Iterator[Path]:
    if file and Path(file).exists():
        yield _checked(Path(file), "SSL_CERT_FILE")
    for folder in (folders or "").split(os.pathsep):
        if folder and Path(folder).is_dir():
            yield from sorted(
                one for one in Path(folder).iterdir() if one.suffix in (".pem", ".crt") and one.is_file()
            )


def checked_ca(path: Path, origin: str) -> Path:
    """``path``, which ``origin`` names. Raises ``SettingsRefused`` where it holds no certificate that all can read."""
    text = _checked(path, origin).read_bytes()
    if text.startswith(codecs.BOM_UTF8) or _OPENSSLS.search(text):
        raise SettingsRefused(
            f"{origin} names {path}, which holds certificates that not every client can read.",
            allowed="a file of certificates in PEM, each after -----BEGIN CERTIFICATE-----, without a byte order mark.",
            remedy=f"write them anew (`openssl x509 -in {path}` prints the first of them), or correct {origin}.",
        )
    return path


def _checked(path: Path, origin: str) -> Path:
    try:
        read_cas(path)
    except (OSError, ValueError) as error:  # ssl's are OSErrors; the other is for what no path can be
        raise SettingsRefused(
            f"{origin} names {path}, which holds no certificates that can be read: {error}.",
            allowed="a file of certificates in PEM.",
            remedy=f"correct {origin}.",
        ) from error
    return path


def read_cas(path: Path) -> None:
    """Raises ``OSError`` where that is no file of certificates."""
    if path.exists() and not path.is_file():
        # A pipe would be waited for, and only the first client would find something in it.
        raise OSError("it is no regular file")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cafile=str(path))
    if not context.cert_store_stats()["x509"]:
        raise OSError("it has no certificate in it")
