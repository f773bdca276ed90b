"""Questions to a cluster whose brokers come and go. Every one is bounded by ``kafka.timeout``.

librdkafka goes on asking the broker that it takes for the controller, or for a partition's leader, while that one is
dead: nothing in such a call asks the others who is it now. So a question has seconds, not the whole time, and is asked
anew with new metadata.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient

from waybill_common.errors import KafkaRefused, KafkaUnavailable
from waybill_common.kafka.client_config import Value, librdkafka_config
from waybill_common.kafka.client_errors import failure, raise_if_refused, refused_by_all
from waybill_common.kafka.clients import Admin, open_admin
from waybill_common.kafka.passing import passes
from waybill_common.settings import KafkaSettings

Key = TypeVar("Key")
Asked = Mapping[Key, "Future[Any]"]
AdminConnection = tuple[tuple[str, Value], ...]

_FIRST_SECONDS = 3.0
"""For the first question; each one after it has twice as long, for brokers that are alive and slow."""
_PAUSE_SECONDS = 0.1
_WAITING_SECONDS = 0.25
"""Between two looks at whether it is worth to ask again."""
_GRACE_SECONDS = 5.0
"""By which librdkafka's own time-out comes before ours."""
_LOOK_SECONDS = 0.05
"""Between two looks at what the client was told."""
_opening = threading.Lock()
_SILENCE = (KafkaError._TRANSPORT, KafkaError._TIMED_OUT)  # noqa: SLF001  # public in librdkafka


def ask(
    settings: KafkaSettings,
    question: Callable[[AdminClient, float], Asked[Key]],
    doing: str,
    *,
    also_passing: int | None = None,
    not_passing: int | None = None,
    usable: Callable[[Mapping[Key, Any]], bool] = lambda _answers: True,
    again_when: Callable[[AdminClient, float], bool] = lambda _admin, _seconds: True,
    partly: bool = False,
) -> dict[Key, Any]:
    """The answers to ``question(admin, seconds)``, asked until ``kafka.timeout`` is over while its error passes or has
    the code ``also_passing``, but not ``not_passing``, or they are not ``usable``. With ``partly`` what had an error is
    left out of the answers, as long as there are any. After a failure it is asked anew once ``again_when`` is so, which
    has the seconds that are left.

    Raises ``KafkaUnavailable`` then, ``KafkaRefused`` as soon as no broker takes this client, and what the question
    raised for any other error.
    """
    client = _Client(tuple(librdkafka_config(settings).items()))
    terms = _Terms(also_passing, not_passing, usable, again_when, partly)
    try:
        return _asked(settings, client, question, doing, terms)
    except (KafkaRefused, KafkaUnavailable):
        # librdkafka tells a cause once and then only waits longer and longer: the next question begins anew.
        client.forget()
        raise


@dataclass(frozen=True)
class _Terms(Generic[Key]):
    """What ``ask`` was told of errors and answers."""

    also_passing: int | None
    not_passing: int | None
    usable: Callable[[Mapping[Key, Any]], bool]
    again_when: Callable[[AdminClient, float], bool]
    partly: bool

    def may_pass(self, error: KafkaError) -> bool:
        code = error.code()
        return code != self.not_passing and (code == self.also_passing or passes(error))


class _Client:
    """The admin client of this process, as one question uses it."""

    def __init__(self, connection: AdminConnection) -> None:
        self._connection = connection
        self.admin = _opened(connection)

    def forget(self) -> None:
        """The next one who asks opens another; unless somebody did so already, who met the same at the same time."""
        if _opened(self._connection) is self.admin:
            _admin.cache_clear()

    def renew(self) -> None:
        self.forget()
        self.admin = _opened(self._connection)


def _asked(
    settings: KafkaSettings,
    client: _Client,
    question: Callable[[AdminClient, float], Asked[Key]],
    doing: str,
    terms: _Terms[Key],
) -> dict[Key, Any]:
    deadline, seconds = time.monotonic() + settings.timeout, _FIRST_SECONDS
    while True:
        admin = client.admin
        seconds = min(seconds, max(deadline - time.monotonic(), _PAUSE_SECONDS))
        try:
            answers = _answers(settings, question(admin, seconds), doing, admin, seconds, terms)
        except KafkaException as error:
            if not terms.may_pass(error.args[0]):
                admin.told.answered()
                raise
            # A question that waits by itself, as list_topics does, has looked at nothing that the client was told.
            admin.poll(0)
            raise_if_refused(settings, doing, admin.told)
            if time.monotonic() + _PAUSE_SECONDS > deadline:
                silence = error.args[0].code() in _SILENCE
                refused = refused_by_all(settings, doing, admin.told) if silence else None
                raise refused or failure(settings, doing, error, admin.told) from error
            broken = error.args[0].code() == KafkaError._TRANSPORT  # noqa: SLF001
        else:
            admin.told.answered()
            return answers
        time.sleep(_PAUSE_SECONDS)
        with suppress(KafkaException):  # nobody answered; the next question says so too
            admin.list_topics(timeout=min(_FIRST_SECONDS, max(deadline - time.monotonic(), _PAUSE_SECONDS)))
            if broken:
                # It may go on asking a dead broker, whatever its new metadata says. Where nobody answers, this client
                # stays: it is the one that was told why.
                client.renew()
        while (left := deadline - time.monotonic()) > _WAITING_SECONDS:
            if terms.again_when(client.admin, left):
                break
            time.sleep(_WAITING_SECONDS)
        seconds *= 2


def _answers(
    settings: KafkaSettings,
    asked: Asked[Key],
    doing: str,
    admin: Admin,
    seconds: float,
    terms: _Terms[Key],
) -> dict[Key, Any]:
    """Waits no longer than there is hope."""
    deadline = time.monotonic() + seconds + _GRACE_SECONDS
    while wait(asked.values(), timeout=_LOOK_SECONDS).not_done:
        admin.poll(0)
        raise_if_refused(settings, doing, admin.told)
        if time.monotonic() > deadline:
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT))  # noqa: SLF001
    well = {key: future for key, future in asked.items() if future.exception() is None}
    answers = {key: future.result() for key, future in (well if terms.partly and well else asked).items()}
    if not terms.usable(answers):
        raise KafkaException(KafkaError(KafkaError._TRANSPORT, "no answer that is of use"))  # noqa: SLF001
    return answers


def _opened(connection: AdminConnection) -> Admin:
    with _opening:
        return _admin(connection)


# A client is a handful of threads and connections that outlive its last use, so a process keeps one.
@lru_cache(maxsize=2)
def _admin(connection: AdminConnection) -> Admin:
    return open_admin(dict(connection))
