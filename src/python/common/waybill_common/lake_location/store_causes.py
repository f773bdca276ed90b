"""Why a store did not do what it was asked: from either client's words to one cause, the same for both."""

from __future__ import annotations

import re
from dataclasses import dataclass

from waybill_common.redaction import beginning

_SHOWN = 400

_STATUS = re.compile(r"status code: (\d{3})|\(HTTP status (\d{3})\)")
_CODE = re.compile(r"<Code>\s*([^<]+?)\s*</Code>")
_MESSAGE = re.compile(r"<Message>\s*(.*?)\s*</Message>", re.DOTALL)
_BODY = re.compile(r"status code: \d{3}[^:]*: ?(.*)", re.DOTALL)
_AWS = re.compile(
    r"AWS Error ([A-Z0-9_]+)(?: \(HTTP status \d{3}\))? during \w+ operation:\s*(.*)", re.DOTALL
)
_UNPARSED = re.compile(r"Unable to parse ExceptionName: (\S+) Message: (.*)", re.DOTALL)
_SILENT = "No response body."
_NETWORK = {"UNKNOWN", "NETWORK_CONNECTION"}

_LATER = {
    "BadDigest",
    "ConditionalRequestConflict",
    "IncompleteBody",
    "InternalError",
    "InternalFailure",
    "OperationAborted",
    "RequestTimeout",
    "ServiceUnavailable",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TooManyRequests",
    "XAmzContentSHA256Mismatch",
}
"""Codes of S3 after which another try may succeed, whatever their status."""

_LATER_STATUS = {307, 408, 409, 412, 425, 429}
_REGION = {"PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"}
_PROXY = "the proxy asks for a user and a password, or for others"
_PROXY_REMEDY = "correct the proxy in HTTP_PROXY or HTTPS_PROXY, or name the store's host in NO_PROXY"
_KEYS = {
    "AccountProblem",
    "AuthorizationQueryParametersError",
    "ExpiredToken",
    "InvalidAccessKeyId",
    "InvalidSecurity",
    "InvalidToken",
    "NotSignedUp",
    "SignatureDoesNotMatch",
    "TokenRefreshRequired",
    "Unauthorized",
}

# obstore shows rustls' words, pyarrow those of OpenSSL and libcurl.
_TLS = (
    (
        r"UnknownIssuer|unable to get local issuer|self.signed certificate",
        "its certificate is of an unknown CA",
    ),
    (r"NotValidForName|subject name|does not match", "its certificate is for another host"),
    (r"InvalidCertificate\(\s*Expired|certificate has expired", "its certificate has expired"),
    (r"NotValidYet|not yet valid", "its certificate is not valid yet"),
    (r"InvalidContentType|wrong version number|http request", "it does not speak TLS"),
    (
        r"InvalidCertificate|AlertReceived|PeerIncompatible|PeerMisbehaved|curlCode: (35|58|59|60|77|83)|TLS connect",
        "TLS",
    ),
)
_RUSTLS = re.compile(r"(?:InvalidCertificate|InvalidMessage|AlertReceived)\(\s*(\w+)")
_UNSENT = re.compile(r"kind: Connect\b|curlCode: [567]\b")
_PROXY_ASKS = re.compile("ProxyAuthRequired|response 407")
_NO_WAY = re.compile("TunnelUnsuccessful|CONNECT tunnel failed")
_SYSTEM = re.compile(r'message: "([^"]+)"|dns error",.*?error: "([^"]+)"|Details: (.+)', re.DOTALL)


@dataclass(frozen=True)
class StoreCause:
    """``text`` is for people. ``permanent``: no other try can help. ``code`` is S3's own, or empty.

    ``answered``: the store said it. ``sent`` is false where the request can't have reached it. ``remedy`` fits the
    cause, or is empty.
    """

    text: str
    permanent: bool
    code: str = ""
    answered: bool = False
    sent: bool = True
    remedy: str = ""

    @property
    def no_bucket(self) -> bool:
        return self.code == "NoSuchBucket"


def cause_of(error: BaseException) -> StoreCause:
    """What an exception of obstore's or pyarrow's says."""
    text = str(error).strip() or type(error).__name__
    head, _, debug = text.partition("\n\nDebug source:")
    code, message = _of_s3(head)
    found = _STATUS.search(head)
    status = int(found[1] or found[2]) if found else 0
    if "redirect without LOCATION" in head:
        code, message, status = "PermanentRedirect", "the store sends these requests to another region", 301
    if code or status:
        return _answered(code, message, status)
    return _unanswered(head, debug)


def _of_s3(text: str) -> tuple[str, str]:
    """S3's Code and Message, as far as they are there."""
    code, message = _CODE.search(text), _MESSAGE.search(text)
    if code:
        return code[1], _plain(message[1]) if message else ""
    if found := _AWS.search(text):
        name, said = found[1], found[2]
        if unparsed := _UNPARSED.search(said):
            return unparsed[1], _plain(unparsed[2])
        if name not in _NETWORK:
            return "".join(word.capitalize() for word in name.split("_")), _plain(said)
    body = _BODY.search(text)
    return "", _plain(body[1]) if body else ""


def _answered(code: str, message: str, status: int) -> StoreCause:
    message = "" if message == _SILENT else message
    told = f"{code or f'status {status}'}{f' ({message})' if message else ''}"
    if status == 407:
        return StoreCause(_PROXY, permanent=True, answered=True, remedy=_PROXY_REMEDY)
    later = code in _LATER or status in _LATER_STATUS or (status >= 500 and status != 501)
    return StoreCause(told, permanent=not later, code=code, answered=True, remedy=_remedy(code))


def _remedy(code: str) -> str:
    if code in _REGION:
        return "set lake.region to the bucket's region"
    if code in _KEYS:
        return "correct or renew the credentials (lake.access_key_id and its secret, or the machine's own)"
    if code == "RequestTimeTooSkewed":
        return "set this machine's clock"
    if code == "NoSuchBucket":
        return "create the bucket"
    if code in ("AccessDenied", "AllAccessDisabled"):
        return "give these credentials the rights of docs/security.md, on the bucket, its prefix and its key"
    return ""


def _unanswered(head: str, debug: str) -> StoreCause:
    whole = f"{head} {debug}"
    if _PROXY_ASKS.search(whole):
        return StoreCause(_PROXY, permanent=True, sent=False, remedy=_PROXY_REMEDY)
    for pattern, meaning in _TLS:
        if re.search(pattern, whole):
            return StoreCause(
                f"TLS: {meaning} ({_detail(head, debug)})",
                permanent=True,
                sent=False,
                remedy="correct lake.endpoint, or name the CA that signed its certificate in lake.ca_file",
            )
    return StoreCause(_detail(head, debug), permanent=False, sent=not _UNSENT.search(whole))


def _detail(head: str, debug: str) -> str:
    """The innermost words of what went wrong between here and the store."""
    if rustls := _RUSTLS.search(debug):
        return rustls[1]
    first = beginning(head.splitlines()[0], _SHOWN).rstrip(".") if head else ""
    if _NO_WAY.search(f"{debug} {head}"):
        return f"the proxy opened no way to the store, {first}"
    if "TimedOut" in debug:
        return f"no answer in time, {first}"
    found = _SYSTEM.search(f"{debug} {head}")
    words = _plain(next((one for one in found.groups() if one), "")) if found else ""
    return ", ".join(part for part in (words, first if debug or not words else "") if part)


def _plain(text: str) -> str:
    """One line, bounded, without tags, XML's escapes and S3's request numbers."""
    text = re.sub(r"<[^>]*>|\(Request ID: [^)]*\)", " ", text)
    text = " ".join(text.split())
    for escaped, plain in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(escaped, plain)
    return beginning(text, _SHOWN).rstrip(".")
