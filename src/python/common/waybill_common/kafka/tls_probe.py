"""What listens at a broker's address, asked without librdkafka: that only says that the connection was closed, or that
a certificate is not trusted, where a client speaks the wrong protocol or a name is not the certificate's.

Nothing secret is sent: no certificate, no user, no password.
"""

from __future__ import annotations

import socket
import ssl
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from waybill_common.kafka.cause import RefusalCause, untrusted
from waybill_common.tls import secured, speaks_tls, unchecked

SECONDS = 3.0
"""For a connection, and again for each answer."""

_API_VERSIONS, _SASL_HANDSHAKE = 18, 17
_UNSUPPORTED_SASL_MECHANISM = 33
_LARGEST_ANSWER = 1 << 20
_MECHANISM = b"WAYBILL-ASKS"
"""None that a broker has: it answers with those that it has."""


@dataclass(frozen=True)
class Tls:
    """How the client trusts: a file or folder of authorities, their PEM text, both or neither; and what it checks."""

    location: str | None = None
    text: str | None = None
    chain: bool = True
    host: bool = True


def find_cause(address: str, protocol: str, tls: Tls) -> RefusalCause | None:
    """What is wrong between ``security.protocol`` and the listener at ``host:port``; None where that can't be told."""
    host, _, port = address.rpartition(":")
    place = (host.strip("[]"), int(port))
    wants_tls, wants_sasl = protocol.upper().endswith("SSL"), protocol.upper().startswith("SASL")
    try:
        if wants_tls != speaks_tls(place, SECONDS) and (wants_tls is False or _speaks_plainly(place)):
            return _other_protocol(protocol, tls=not wants_tls)
        if wants_tls:
            distrust = _distrust(place, tls)
            if distrust is not None:
                return untrusted(f"its certificate is refused: {distrust}")
        mechanisms = _mechanisms(place, tls=wants_tls)
    except (OSError, UnicodeError):  # the latter for a name that no host can have
        return None
    if mechanisms and not wants_sasl:
        return RefusalCause(
            f"the listener asks for SASL ({', '.join(mechanisms)}), and security.protocol is {protocol}",
            f"security.protocol = {'SASL_SSL' if wants_tls else 'SASL_PLAINTEXT'} and a user for that listener.",
            "correct kafka.properties and kafka.secrets, or the port in kafka.bootstrap_servers.",
        )
    return None


def _other_protocol(protocol: str, *, tls: bool) -> RefusalCause:
    found = "TLS" if tls else "no TLS"
    fitting = "SSL or SASL_SSL" if tls else "PLAINTEXT or SASL_PLAINTEXT"
    return RefusalCause(
        f"the listener speaks {found}, and security.protocol is {protocol}",
        f"security.protocol = {fitting} for that listener.",
        "correct security.protocol in kafka.properties, or the port in kafka.bootstrap_servers.",
    )


def _speaks_plainly(place: tuple[str, int]) -> bool:
    with socket.create_connection(place, SECONDS) as plain:
        return _asked(plain, _API_VERSIONS, 0, b"") is not None


def _distrust(place: tuple[str, int], tls: Tls) -> str | None:
    if not tls.chain:
        return None
    context = ssl.create_default_context()
    with suppress(OSError):
        if tls.location is not None or tls.text is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.load_verify_locations(tls.location, None, tls.text)
    context.check_hostname = tls.host
    try:
        with secured(place, context, SECONDS):
            return None
    except ssl.SSLCertVerificationError as error:
        return error.verify_message
    except OSError:
        return None


def _mechanisms(place: tuple[str, int], *, tls: bool) -> tuple[str, ...]:
    """The listener's SASL mechanisms; empty where it asks for none."""
    spoken = secured(place, unchecked(), SECONDS) if tls else socket.create_connection(place, SECONDS)
    with spoken as connection:
        answer = _asked(connection, _SASL_HANDSHAKE, 1, _string(_MECHANISM))
    if answer is None or len(answer) < 6 or struct.unpack(">h", answer[:2])[0] != _UNSUPPORTED_SASL_MECHANISM:
        return ()
    return tuple(_strings(answer[2:]))


def _asked(spoken: socket.socket, key: int, version: int, body: bytes) -> bytes | None:
    """Kafka's answer without its header; None where what comes back is none of Kafka's."""
    request = struct.pack(">hhi", key, version, 7) + _string(b"waybill") + body
    try:
        spoken.sendall(struct.pack(">i", len(request)) + request)
        length, correlation = struct.unpack(">ii", _exactly(spoken, 8))
        if correlation != 7 or not 4 <= length <= _LARGEST_ANSWER:
            return None
        return _exactly(spoken, length - 4)
    except (OSError, EOFError):
        return None


def _exactly(spoken: socket.socket, count: int) -> bytes:
    parts = b""
    while len(parts) < count:
        part = spoken.recv(count - len(parts))
        if not part:
            raise EOFError
        parts += part
    return parts


def _string(text: bytes) -> bytes:
    return struct.pack(">h", len(text)) + text


def _strings(data: bytes) -> Iterator[str]:
    (count,), data = struct.unpack(">i", data[:4]), data[4:]
    for _ in range(min(count, 20)):
        (length,), data = struct.unpack(">h", data[:2]), data[2:]
        yield data[:length].decode(errors="replace")
        data = data[length:]
