"""From what a client met to an error of ours: ``KafkaRefused`` where trying again gives the same answer, at once."""

from __future__ import annotations

from confluent_kafka import KafkaError, KafkaException

from waybill_common.errors import KafkaRefused, KafkaUnavailable, SettingsRefused, WaybillError
from waybill_common.kafka.cause import RefusalCause, Told, cause_of, place_of, without_place
from waybill_common.kafka.client_config import Properties
from waybill_common.kafka.passing import NOT_KNOWN_YET, passes
from waybill_common.kafka.rights import TOPIC, TRANSACTIONAL_ID, needed
from waybill_common.kafka.tls_probe import Tls, find_cause
from waybill_common.settings import KafkaSettings

_PROBED = 3
"""Brokers that are asked what they speak: more would say the same."""

NO_RIGHT = (
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED,
    KafkaError.GROUP_AUTHORIZATION_FAILED,
)
_TOO_OLD = (KafkaError.UNSUPPORTED_VERSION, KafkaError._UNSUPPORTED_FEATURE)  # noqa: SLF001  # public in librdkafka


def leads_soon(error: KafkaError) -> bool:
    """Whether a question about a partition of a topic that is there may be answered a moment later."""
    return may_pass(error) or error.code() == NOT_KNOWN_YET


def may_pass(error: KafkaError) -> bool:
    """Whether a reader that is told this goes on, for as long as its patience lasts.

    A consumer asks for the coordinator of its group as soon as it is made, also where it only assigns and never will
    need one. So that it has no right on a group says nothing.
    """
    return passes(error) or error.code() == KafkaError.GROUP_AUTHORIZATION_FAILED


def failure(
    settings: KafkaSettings,
    doing: str,
    error: KafkaError | KafkaException | str,
    told: Told | None = None,
    *,
    topic: str = "",
    transactional_id: str = "",
) -> WaybillError:
    """``KafkaRefused`` or ``KafkaUnavailable``, or ``SettingsRefused`` where the brokers don't take a setting.

    ``error`` is what ended ``doing``, ``told`` what its client was told meanwhile, ``topic`` and ``transactional_id``
    what it was about.
    """
    said: KafkaError | str = error.args[0] if isinstance(error, KafkaException) else error
    code, text = (0, said) if isinstance(said, str) else (said.code(), said.str())
    if code in NO_RIGHT:
        return _no_right(settings, doing, text, code, topic, transactional_id)
    if code == KafkaError.TOPIC_EXCEPTION:
        return _refused(
            settings,
            doing,
            "",
            RefusalCause(
                text,
                "names of 1 to 249 letters, digits, '.', '_' and '-', other than '.' and '..'; two that differ only in "
                "'.' against '_' collide.",
                "choose another stream.topic.",
            ),
        )
    if code == KafkaError.INVALID_TRANSACTION_TIMEOUT:
        return SettingsRefused(
            f"Kafka at {settings.bootstrap_servers} does not take transaction.timeout.ms: {text}.",
            allowed="at most the brokers' transaction.max.timeout.ms.",
            remedy="lower it in kafka.properties.",
        )
    if code in _TOO_OLD:
        return _refused(
            settings, doing, "", RefusalCause(text, "brokers of Kafka 3.0 or later.", "upgrade the brokers.")
        )
    cause = cause_of(code, text) if code else None
    if cause is not None:
        return _refused(settings, doing, place_of(text), cause)
    return refusal(settings, doing, told) or _unavailable(settings, doing, without_place(text), told)


def refusal(settings: KafkaSettings, doing: str, told: Told | None) -> KafkaRefused | None:
    """What ``told`` makes certain already, or a look at the brokers; None while waiting may help."""
    if told is None:
        return None
    known = told.refusal
    if known is not None:
        return _refused(settings, doing, *known)
    if not told.looked:
        if not told.all_down:
            return None
        told.seen = _look(
            settings, [one for one in _addresses(settings) if not _is_silent(told.passing.get(one, ""))]
        )
        told.looked = True
    return None if told.seen is None else _refused(settings, doing, *told.seen)


def refused_by_all(settings: KafkaSettings, doing: str, told: Told) -> KafkaRefused | None:
    """After a whole time-out without an answer: what a look at the brokers says, where it says so of each of them.

    librdkafka takes seconds before it tells that all of them are down.
    """
    if not told.looked:
        first, *others = _addresses(settings)[:_PROBED]
        told.seen = _look(settings, [first]) if all(_look(settings, [one]) for one in others) else None
        told.looked = True
    return None if told.seen is None else _refused(settings, doing, *told.seen)


def raise_if_refused(settings: KafkaSettings, doing: str, told: Told) -> None:
    """``refusal``, raised."""
    found = refusal(settings, doing, told)
    if found is not None:
        raise found


def _refused(settings: KafkaSettings, doing: str, place: str, cause: RefusalCause) -> KafkaRefused:
    if "certificate verify failed" in cause.text:
        # librdkafka does not say why; Python's own look at the certificate does.
        found = _look(settings, [place] if place else _addresses(settings))
        cause = found[1] if found is not None else cause
    given = Properties(settings)
    return KafkaRefused(
        f"Kafka at {place or settings.bootstrap_servers} refused the client while {doing}: "
        f"{given.without_secrets(cause.text).rstrip('.')}.",
        allowed=cause.allowed,
        remedy=cause.remedy,
    )


def _no_right(
    settings: KafkaSettings, doing: str, text: str, code: int, topic: str, transactional_id: str
) -> KafkaRefused:
    if code == KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
        what, rights = f"transactional id {transactional_id}", needed(TRANSACTIONAL_ID, transactional_id)
    elif code == KafkaError.TOPIC_AUTHORIZATION_FAILED or topic:
        what, rights = f"topic {topic}", needed(TOPIC, topic)
    else:
        what, rights = "the cluster", "see docs/security.md"
    user = Properties(settings).get("sasl.username")
    return KafkaRefused(
        f"Kafka at {settings.bootstrap_servers} refused {doing}: {without_place(text).rstrip('.')}.",
        allowed=f"on {what}: {rights}.",
        remedy=f"grant these to {user or 'the user of this client'} (docs/security.md lists them all); nobody needs "
        "rights on a group.",
    )


def _unavailable(settings: KafkaSettings, doing: str, text: str, told: Told | None) -> KafkaUnavailable:
    said = f" ({told.words})" if told is not None and told.words else ""
    given = Properties(settings)
    return KafkaUnavailable(
        f"Kafka at {settings.bootstrap_servers} did not answer while {doing}: "
        f"{given.without_secrets(text + said).rstrip('.')}.",
        allowed=f"an answer within {settings.timeout:g} s.",
        remedy="check that the brokers run and that kafka.bootstrap_servers names them; run again.",
    )


def _look(settings: KafkaSettings, addresses: list[str]) -> tuple[str, RefusalCause] | None:
    given = Properties(settings)
    protocol = "SASL_SSL" if settings.auth else given.get("security.protocol", "PLAINTEXT")
    location = given.get("ssl.ca.location", "probe")
    tls = Tls(
        location=None if location == "probe" else location,
        text=given.get("ssl.ca.pem"),
        chain=given.get("enable.ssl.certificate.verification", "true").lower() not in ("false", "f", "0"),
        host=given.get("ssl.endpoint.identification.algorithm", "https").lower() != "none",
    )
    for address in addresses[:_PROBED]:
        cause = find_cause(address, protocol, tls)
        if cause is not None:
            return address, cause
    return None


def _addresses(settings: KafkaSettings) -> list[str]:
    return [one.rpartition("://")[2] for one in settings.bootstrap_servers.split(",")]


def _is_silent(said: str) -> bool:
    """Nobody listens there, so that there is nobody to look at."""
    return "onnect to" in said or "esolve" in said
