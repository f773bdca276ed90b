"""librdkafka's configuration: the user's properties, then ours."""

from __future__ import annotations

import re
from collections.abc import Mapping

from waybill_common.errors import SettingsRefused
from waybill_common.kafka.msk import IamTokens
from waybill_common.kafka.properties import LOADS_CODE, OF_A_COMMAND, OF_CODE, RESERVED, TAKEN
from waybill_common.lake_url import may_hold_secret
from waybill_common.settings import KafkaSettings, is_secret_property, named, nearest

Value = str | int | float | bool | IamTokens

# librdkafka prints a line to stderr for each refused connection; what matters comes back as an error as well.
_ONE_WORD = re.compile(r"(?!-)[\w@%+=:,./-]+")
"""What neither a shell nor the command takes for more than a name: with a dash before it it would be an option."""
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
_CRITICAL = 2

_OF_AUTH = ("security.protocol", "sasl.mechanism", "sasl.mechanisms", "sasl.username", "sasl.password")


def may_hold_key(value: str) -> bool:
    """Whether what nobody may read may stand where a file or an address belongs."""
    return "-----BEGIN" in value or may_hold_secret(value)


class Properties(dict[str, str]):
    """What ``kafka.properties`` and ``kafka.secrets`` say, by librdkafka's names."""

    def __init__(self, settings: KafkaSettings) -> None:
        named = {name for name in settings.properties if is_secret_property(name)}
        self._secret = frozenset({*settings.secrets, *named})
        secrets = {name: secret.get_secret_value() for name, secret in settings.secrets.items()}
        super().__init__({**settings.properties, **secrets})

    def shown(self, name: str) -> str:
        """A property with its value, for a message; a secret without."""
        if name in self._secret:
            return f"kafka.secrets or kafka.properties sets {name}"
        if may_hold_key(self.get(name, "")):
            return f"kafka.properties sets {name}"
        return f"kafka.properties sets {name} = {self.get(name)!r}"

    def without_secrets(self, text: str) -> str:
        """``text`` with what nobody may read taken out."""
        for name in self._secret:
            text = text.replace(self[name], "…") if self[name] else text
        return text


def librdkafka_config(settings: KafkaSettings, extra: Mapping[str, Value] | None = None) -> dict[str, Value]:
    """A confluent-kafka configuration: the user's properties, then ours.

    Raises ``SettingsRefused`` for a property on which a guarantee rests, or that no setting can hold.
    """
    given = Properties(settings)
    for name in given:
        if name in RESERVED:
            raise SettingsRefused(
                f"{given.shown(name)}.",
                allowed=f"any librdkafka property except {', '.join(RESERVED)}, on which delivery rests.",
                remedy=f"remove {name}; the brokers go into kafka.bootstrap_servers.",
            )
        if name in OF_CODE:
            raise SettingsRefused(
                f"{given.shown(name)}, which only a program can set.",
                allowed="librdkafka's properties that are a text or a number.",
                remedy=f"remove {name}.",
            )
        if not settings.allow_code and (
            name in LOADS_CODE or (name in OF_A_COMMAND and not _ONE_WORD.fullmatch(given[name]))
        ):
            raise SettingsRefused(
                f"kafka.properties or kafka.secrets sets {name}, by which a client loads code or runs commands.",
                allowed=f"no {name}, or one plain word, unless kafka.allow_code is true.",
                remedy=f"remove {name}; or set kafka.allow_code if you trust whoever may change these settings.",
            )
        if _NO_TEXT.search(name + given[name]):
            raise SettingsRefused(
                "A property in kafka.properties or kafka.secrets has a character that no text has.",
                allowed="UTF-8 without NUL.",
                remedy="correct that property.",
            )
        if name not in TAKEN:
            raise SettingsRefused(
                f"kafka.properties or kafka.secrets sets {named(name)!r}, which is no property of librdkafka's"
                f"{nearest(name, TAKEN)}.",
                allowed="those in librdkafka's CONFIGURATION.md.",
                remedy=f"correct or remove {named(name)}.",
            )
        if not given[name].strip():
            raise SettingsRefused(
                f"kafka.properties or kafka.secrets sets {name}, and it is empty.",
                allowed="a text; without one librdkafka's default counts.",
                remedy=f"set {name}, or leave it out.",
            )
        # librdkafka cuts blanks off some, Spark's client off none.
        if given[name] != given[name].strip() and not (is_secret_property(name) or name.endswith(".pem")):
            raise SettingsRefused(
                f"{given.shown(name)}, which begins or ends with a blank.",
                allowed="a value without blanks around it.",
                remedy=f"remove them from {name}.",
            )
    _check_schemes(settings, given)
    return {
        "bootstrap.servers": settings.bootstrap_servers,
        "log_level": _CRITICAL,
        **given,
        **_auth(settings, given),
        **(extra or {}),
    }


def _check_schemes(settings: KafkaSettings, given: Properties) -> None:
    """librdkafka passes by a broker whose scheme is another one than the protocol; Java's client drops the scheme."""
    protocol = "SASL_SSL" if settings.auth else given.get("security.protocol", "PLAINTEXT")
    for broker in settings.bootstrap_servers.split(","):
        scheme, separator, _ = broker.partition("://")
        if separator and scheme.upper() != protocol.upper():
            raise SettingsRefused(
                f"kafka.bootstrap_servers names {broker}, and security.protocol is {protocol}.",
                allowed="host:port, or a scheme that is the protocol.",
                remedy="write host:port alone, and set security.protocol in kafka.properties.",
            )


def _auth(settings: KafkaSettings, given: Properties) -> dict[str, Value]:
    if settings.auth is None:
        return {}
    for name in _OF_AUTH:
        if name in given:
            raise SettingsRefused(
                f"{given.shown(name)} beside kafka.auth = {settings.auth!r}.",
                allowed=f"kafka.auth, or {', '.join(_OF_AUTH)}.",
                remedy=f"remove one of them; kafka.auth sets {name} itself.",
            )
    tokens = IamTokens(settings.region or "", settings.role)
    return {"security.protocol": "SASL_SSL", "sasl.mechanism": "OAUTHBEARER", "oauth_cb": tokens}
