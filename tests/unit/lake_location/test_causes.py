"""From either client's words to one cause."""

from __future__ import annotations

import pytest

from waybill_common.lake_location.store_causes import cause_of
from waybill_common.redaction import hide

OBSTORE = (
    "Generic S3 error: Error performing PUT http://s3/bkt/p/x in 1.2ms - Server returned non-2xx status code: "
    '{status} Something: <?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{said}</Message>'
    "<RequestId>X</RequestId></Error>\n\nDebug source:\nGeneric {{ kind: Decode }}"
)
PYARROW = "When listing objects under key 'k/' in bucket 'bkt': AWS Error {name} during ListObjectsV2 operation: {said}"
UNPARSED = "Unable to parse ExceptionName: {code} Message: {said} (Request ID: X)"

LATER = {
    "SlowDown": 503,
    "InternalError": 500,
    "RequestTimeout": 400,
    "OperationAborted": 409,
    "ServiceUnavailable": 503,
}
FOR_GOOD = {
    "ExpiredToken": 400,
    "InvalidToken": 400,
    "AccessDenied": 403,
    "SignatureDoesNotMatch": 403,
    "InvalidAccessKeyId": 403,
    "RequestTimeTooSkewed": 403,
    "AuthorizationHeaderMalformed": 400,
    "NoSuchBucket": 404,
    "InvalidBucketName": 400,
    "KMS.NotFoundException": 400,
    "XMinioInvalidObjectName": 400,
    "NotImplemented": 501,
}
KNOWN_TO_PYARROW = {
    "SlowDown": "SLOW_DOWN",
    "RequestTimeout": "REQUEST_TIMEOUT",
    "AccessDenied": "ACCESS_DENIED",
    "SignatureDoesNotMatch": "SIGNATURE_DOES_NOT_MATCH",
    "InvalidAccessKeyId": "INVALID_ACCESS_KEY_ID",
    "RequestTimeTooSkewed": "REQUEST_TIME_TOO_SKEWED",
    "NoSuchBucket": "NO_SUCH_BUCKET",
}


@pytest.mark.parametrize(("code", "status"), [*LATER.items(), *FOR_GOOD.items()], ids=[*LATER, *FOR_GOOD])
def test_both_clients_words_give_s3s_code_and_message(code: str, status: int) -> None:
    writer = cause_of(Exception(OBSTORE.format(status=status, code=code, said="so &amp; so.")))
    if code in KNOWN_TO_PYARROW:
        words = PYARROW.format(name=KNOWN_TO_PYARROW[code], said="so &amp; so. (Request ID: X)")
    else:
        said = UNPARSED.format(code=code, said="so &amp; so.")
        words = PYARROW.format(name=f"UNKNOWN (HTTP status {status})", said=said)
    auditor = cause_of(OSError(words))
    assert writer == auditor
    assert writer.text == f"{code} (so & so)"
    assert writer.code == code
    assert writer.permanent == (code in FOR_GOOD)


def by_obstore(debug: str) -> str:
    return (
        f"Generic S3 error: Error performing PUT http://s3/x in 1ms - HTTP error: x\n\nDebug source:\n{debug}"
    )


def by_pyarrow(curl: str) -> str:
    return (
        f"When listing objects: AWS Error NETWORK_CONNECTION during ListObjectsV2 operation: curlCode: {curl}"
    )


_PEER = "60, SSL peer certificate or SSH remote key was not OK; Details: "
_VERIFY = f"{_PEER}SSL certificate OpenSSL verify result: "


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (by_obstore("kind: Connect, error: InvalidCertificate(\n UnknownIssuer,\n)"), "unknown CA"),
        (by_pyarrow(f"{_VERIFY}unable to get local issuer certificate (20)"), "unknown CA"),
        (by_obstore("InvalidCertificate( NotValidForNameContext { expected"), "another host"),
        (by_pyarrow(f"{_PEER}SSL: no alternative certificate subject name matches target"), "another host"),
        (by_obstore("InvalidCertificate( ExpiredContext { time"), "has expired"),
        (by_pyarrow(f"{_VERIFY}certificate has expired (10)"), "has expired"),
        (by_obstore("InvalidMessage( InvalidContentType, )"), "does not speak TLS"),
        (
            by_pyarrow("35, SSL connect error; Details: SSL routines::wrong version number"),
            "does not speak TLS",
        ),
    ],
    ids=[
        f"{what}, {client}"
        for what in ("CA", "host", "expired", "plain")
        for client in ("obstore", "pyarrow")
    ],
)
def test_tls_that_fails_fails_for_good_and_says_why(words: str, told: str) -> None:
    cause = cause_of(OSError(words))
    assert cause.permanent
    assert told in cause.text


@pytest.mark.parametrize(
    ("words", "sent"),
    [
        (by_obstore("HttpError { kind: Connect, source: dns error"), False),
        (by_pyarrow("6, Could not resolve hostname; Details: Could not resolve host: h"), False),
        (by_pyarrow("7, Could not connect to server; Details: Failed to connect"), False),
        (by_obstore("HttpError { kind: Interrupted, source: Connection reset"), True),
        (by_obstore("HttpError { kind: Timeout, source: operation timed out"), True),
        (by_pyarrow("28, Timeout was reached; Details: x"), True),
    ],
    ids=["dns, obstore", "dns, pyarrow", "connect", "reset", "time-out, obstore", "time-out, pyarrow"],
)
def test_silence_may_end_and_is_told_from_what_never_left(words: str, sent: bool) -> None:
    cause = cause_of(OSError(words))
    assert (cause.permanent, cause.answered, cause.sent) == (False, False, sent)


def test_a_name_that_can_not_be_resolved_is_said_on_however_many_lines_obstore_says_it() -> None:
    words = 'ConnectError(\n  "dns error",\n  Custom {\n    error: "Name or service not known",\n  },\n)'
    assert cause_of(OSError(by_obstore(words))).text.startswith("Name or service not known")


def test_a_redirect_of_obstores_names_the_region() -> None:
    cause = cause_of(
        Exception("Error performing PUT http://s3 - Received redirect without LOCATION, this normally")
    )
    assert (cause.permanent, cause.code) == (True, "PermanentRedirect")
    assert "lake.region" in cause.remedy


@pytest.mark.parametrize("form", ["message", "body", "first line"])
def test_no_half_of_a_secret_is_left_where_a_stores_words_are_cut(form: str) -> None:
    secret = "tOken-1234567890-abcdefghij-klmnopqrst"
    hide([secret])
    try:
        for length in range(360, 401, 3):
            said = f"{'x' * length}{secret} http://me:other@host"
            text = {
                "message": OBSTORE.format(status=403, code="AccessDenied", said=said),
                "body": f"Server returned non-2xx status code: 403 Forbidden: {said}",
                "first line": said,
            }[form]
            found = cause_of(OSError(text)).text
            assert secret[:4] not in found
            assert "other" not in found
    finally:
        hide(())
