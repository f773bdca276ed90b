"""Why a cluster can't be used: one reading of librdkafka's errors and of what its clients' ``error_cb`` told.

librdkafka goes on for ever after a wrong password or certificate, and a call only times out; that it was refused is
told to ``error_cb`` alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from confluent_kafka import KafkaError

_PLACE = re.compile(
    r"^(?:[a-z_]+://)?(?P<address>\[?[^\s/]+\]?:[0-9]+)/(?P<node>bootstrap|[0-9]+): ", re.IGNORECASE
)
_WHEN = re.compile(r" \(after [0-9]+ms in state [A-Z_]+(?:, [0-9]+ identical error\(s\) suppressed)?\)$")
_ALERT = re.compile(r"SSL alert number ([0-9]+)")

_ALL_DOWN = KafkaError._ALL_BROKERS_DOWN  # noqa: SLF001  # librdkafka's own codes are public
_AUTHENTICATION = (KafkaError._AUTHENTICATION, KafkaError.SASL_AUTHENTICATION_FAILED)  # noqa: SLF001
_SSL = KafkaError._SSL  # noqa: SLF001

_OF_CLIENTS = {41, 42, 43, 44, 45, 46, 48, 49, 51, 116}
"""TLS alerts (RFC 8446 6.2) about a certificate: what a broker says of its client's."""

_PASSING_ALERTS = {0, 80, 90}
"""close_notify, internal_error, user_canceled."""


@dataclass(frozen=True)
class RefusalCause:
    """What was said, in librdkafka's or the broker's words, with what would be right and what to change."""

    text: str
    allowed: str
    remedy: str


def cause_of(code: int, text: str) -> RefusalCause | None:
    """The cause, where it is one that trying again does not mend; else None."""
    said = without_place(text)
    alert = _ALERT.search(said)
    if "nsupported SASL mechanism" in said:
        return RefusalCause(
            said, "a mechanism that the listener offers.", "correct sasl.mechanism in kafka.properties."
        )
    if "not valid in current SASL state" in said:
        return no_sasl(said)
    if "certificate verify failed" in said:
        return untrusted(said)
    if alert is not None and int(alert[1]) in _OF_CLIENTS:
        return RefusalCause(
            said,
            "a client certificate that the brokers trust and that is in its time, with its key.",
            "set or correct ssl.certificate.location and ssl.key.location in kafka.properties.",
        )
    if "acquire SASL OAUTHBEARER token" in said:
        return _no_token(said)
    if code in _AUTHENTICATION:
        return RefusalCause(
            said,
            "credentials that the brokers know.",
            "correct sasl.username in kafka.properties and sasl.password in kafka.secrets, or whatever else the "
            "mechanism takes; ask the cluster's owner whether the user is there.",
        )
    if alert is not None:
        return None if int(alert[1]) in _PASSING_ALERTS else tls_terms(said)
    if code == _SSL and "isconnected" not in said and "imed out" not in said:
        return tls_terms(said)
    return None


def untrusted(said: str) -> RefusalCause:
    return RefusalCause(
        said,
        "a certificate in its time, for the host in kafka.bootstrap_servers, by an authority in ssl.ca.location.",
        "correct ssl.ca.location in kafka.properties or the address, or have the broker's certificate renewed.",
    )


def no_sasl(said: str) -> RefusalCause:
    return RefusalCause(
        said,
        "security.protocol = PLAINTEXT or SSL for a listener without SASL.",
        "correct security.protocol in kafka.properties, or the port in kafka.bootstrap_servers.",
    )


def tls_terms(said: str) -> RefusalCause:
    return RefusalCause(
        said,
        "TLS in a version and with cipher suites that both sides have.",
        "correct the ssl.* properties, or the port in kafka.bootstrap_servers.",
    )


def _no_token(said: str) -> RefusalCause | None:
    """An endpoint that could not be reached, or has trouble of its own, may have a token later."""
    reached = not any(
        word in said for word in ("onnect", "resolve", "imed out", "imeout", "temporarily", "unavailable")
    )
    if not reached:
        return None
    return RefusalCause(
        said,
        "a token endpoint that gives this client a JSON Web Token.",
        "correct sasl.oauthbearer.client.id, client.secret, scope and token.endpoint.url.",
    )


def place_of(text: str) -> str:
    """``host:port`` of the broker that an error is about; empty where it is about none."""
    found = _PLACE.match(text)
    return found["address"] if found else ""


def without_place(text: str) -> str:
    return _WHEN.sub("", _PLACE.sub("", text))


@dataclass
class Told:
    """What one client's ``error_cb`` said since its last answer: the newest of each broker, a lasting cause before
    others. A host with two addresses may refuse on one and not listen on the other."""

    causes: dict[str, RefusalCause] = field(default_factory=dict)
    passing: dict[str, str] = field(default_factory=dict)
    all_down: bool = False
    looked: bool = False
    """Whether the brokers were looked at without librdkafka since then: they would look the same."""
    seen: tuple[str, RefusalCause] | None = None
    """What was seen then, for each question of this client that waits meanwhile."""

    def __call__(self, error: KafkaError) -> None:
        code, text = error.code(), error.str()
        if code == _ALL_DOWN:
            self.all_down = True
            return
        place, cause = place_of(text), cause_of(code, text)
        if cause is not None:
            self.causes[place] = cause
        else:
            self.passing[place] = without_place(text)

    def answered(self) -> None:
        """Some broker did: what was said before is over."""
        self.causes.clear()
        self.passing.clear()
        self.all_down = self.looked = False
        self.seen = None

    @property
    def refusal(self) -> tuple[str, RefusalCause] | None:
        """Where and why, once no broker is left that might take this client.

        While others answer, one that refuses is that broker's trouble, and passes with it.
        """
        for place, cause in self.causes.items():
            if self.all_down or not place:
                return place, cause
        return None

    @property
    def words(self) -> str:
        """Everything, for a message; empty where nothing was said."""
        said = {place: cause.text for place, cause in self.causes.items()} | {
            place: text for place, text in self.passing.items() if place not in self.causes
        }
        return "; ".join(f"{place} said: {text}" if place else text for place, text in said.items())
