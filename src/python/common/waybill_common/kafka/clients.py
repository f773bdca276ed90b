"""The one place where librdkafka's clients are made: their configuration is checked, and what they are told is kept."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TypeVar

import structlog
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer
from confluent_kafka.admin import AdminClient

from waybill_common.errors import SettingsRefused
from waybill_common.kafka.cause import Told
from waybill_common.kafka.client_config import Value, may_hold_key
from waybill_common.kafka.msk import IamTokens
from waybill_common.settings import KafkaSettings, is_secret_property

Client = TypeVar("Client", "Admin", "Reader", "Writer")
Config = Mapping[str, Value]

_ERROR = 40
_DENIED = re.compile(r'partition "([^"]+)" \[[0-9]+\] to transaction: Broker: Topic authorization failed')
_MECHANISMS = "PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER in sasl.mechanism."
_NO_FILES = {("ssl.ca.location", "probe"), ("https.ca.location", "probe")}


class Admin(AdminClient):
    """An admin client; ``told`` is filled by ``poll``. It makes no topic by asking for one, whatever brokers allow."""

    def __init__(self, config: Config) -> None:
        self.told = Told()
        own = {"allow.auto.create.topics": False, "logger": _ClientLog(), "error_cb": self.told}
        super().__init__({**config, **own})  # type: ignore[dict-item]  # it takes callables as well


class Reader(Consumer):
    """A consumer that only assigns; ``told`` is filled by ``poll`` and ``consume``. It commits nothing to a group, but
    librdkafka wants one named."""

    def __init__(self, config: Config) -> None:
        self.told = Told()
        fixed = {"enable.auto.commit": False, "enable.auto.offset.store": False}
        super().__init__({**config, **fixed, "logger": _ClientLog(), "error_cb": self.told})


class Writer(Producer):
    """A producer; ``told`` is filled by ``poll`` and ``flush``, ``denied`` has the topics that it may not write to, of
    which librdkafka tells only its log. ``transactional_id`` is empty where it has none."""

    def __init__(self, settings: KafkaSettings, config: Config) -> None:
        self.told = Told()
        self.settings = settings
        self.transactional_id = str(config.get("transactional.id", ""))
        log = _ClientLog()
        self.denied = log.denied
        super().__init__({**config, "logger": log, "error_cb": self.told})


class _ClientLog:
    """librdkafka's own log lines, as events of ours: it would write them to stderr as they stand, with what brokers
    said. They come with ``poll``, as ``told`` does.
    """

    def __init__(self) -> None:
        self.denied: list[str] = []

    def log(self, level: int, _format: str, facility: str, client: str, text: str) -> None:
        log = structlog.get_logger()
        (log.error if level >= _ERROR else log.info)(
            "librdkafka", facility=facility, client=client, text=text
        )
        found = _DENIED.search(text)
        if found is not None:
            self.denied.append(found[1])


def open_admin(config: Config) -> Admin:
    """Not connected yet. Raises ``SettingsRefused`` for properties that librdkafka does not take."""
    return _made(Admin, config)


def open_reader(config: Config) -> Reader:
    """Not connected yet. Raises ``SettingsRefused`` for properties that librdkafka does not take."""
    return _made(Reader, config)


def open_writer(settings: KafkaSettings, config: Config) -> Writer:
    """Not connected yet. Raises ``SettingsRefused`` for properties that librdkafka does not take."""
    return _made(partial(Writer, settings), config)


def _made(make: Callable[[Config], Client], config: Config) -> Client:
    tokens = config.get("oauth_cb")
    if isinstance(tokens, IamTokens):
        # librdkafka only says that it has none after 10 s; this says why, at once.
        tokens()
    _check_files(config)
    _check_pair(config)
    try:
        return make(config)
    except (KafkaException, TypeError, ValueError) as error:
        said = error.args[0] if isinstance(error, KafkaException) else error
        text = said.str() if isinstance(said, KafkaError) else str(said)
        for name, value in config.items():
            if is_secret_property(name) and value:
                text = text.replace(str(value), "…")
        named = next((one for one in config if one.endswith(".location") and f"{one} failed" in text), None)
        if named is not None:
            text = text.replace(f"{named} failed", f"{named} = {config[named]!r} failed")
        known = (
            _MECHANISMS
            if "SASL mechanism" in text
            else "the properties and values in librdkafka's CONFIGURATION.md."
        )
        raise SettingsRefused(
            f"librdkafka refuses kafka.properties: {text}.",
            allowed=known,
            remedy="correct or remove that property.",
        ) from error


def _check_files(config: Config) -> None:
    """librdkafka's own words name neither the file nor what is wrong with it."""
    for name, value in config.items():
        if name.endswith((".location", ".file")) and (name, value) not in _NO_FILES:
            why = _why_unreadable(str(value))
            if why is not None:
                hidden = may_hold_key(str(value))
                raise SettingsRefused(
                    f"kafka.properties sets {name}{'' if hidden else f' = {value!r}'}, which can't be read: {why}.",
                    allowed="a file that this user may read.",
                    remedy="correct the path or the file's mode; a PEM text belongs into the property that "
                    "ends in .pem.",
                )


def _why_unreadable(path: str) -> str | None:
    try:
        mode = Path(path).stat().st_mode
        if not stat.S_ISDIR(mode):
            if not stat.S_ISREG(mode):
                # A pipe would be waited for, and only the first client would find something in it.
                return "it is no regular file"
            Path(path).open("rb").close()
    except OSError as error:
        return error.strerror
    return None


def _check_pair(config: Config) -> None:
    """A certificate without its key is not sent, so that the broker would say that there was none."""
    has = {
        part: any(f"ssl.{part}.{form}" in config for form in ("location", "pem"))
        for part in ("certificate", "key")
    }
    for part, other in (("certificate", "key"), ("key", "certificate")):
        if has[part] and not has[other]:
            raise SettingsRefused(
                f"kafka.properties or kafka.secrets sets ssl.{part}.…, and no ssl.{other}.…",
                allowed="a certificate and its key, each as .location or .pem, or neither.",
                remedy=f"set ssl.{other}.location too, also where one file holds both.",
            )
