"""Sections about the brokers, the topics on them, and the registry of contracts."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    Field,
    HttpUrl,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from waybill_common.settings.section import FROM_FOLDER, Seconds, Section
from waybill_common.stream_names import STREAM_NAME, TOPIC_NAME, why_no_stream, why_no_topic
from waybill_common.stream_start import Start, parse_start

_BROKER = re.compile(
    r"(?:[A-Za-z_]+://)?(?:\[[0-9A-Fa-f:.]+(?:%\w+)?\]|[^\x00-\x20\x7f:;/@%?#=\[\]]+):([0-9]{1,5})"
)


def _is_topic(name: str) -> str:
    if why := why_no_topic(name):
        raise ValueError(why)
    return name


TopicSetting = Annotated[str, Field(pattern=TOPIC_NAME), AfterValidator(_is_topic)]


def _is_stream(name: str) -> str:
    if why := why_no_stream(name):
        raise ValueError(why)
    return name


StreamName = Annotated[str, Field(pattern=STREAM_NAME), AfterValidator(_is_stream)]


NO_CONTRACT = b""
"""Of a folder that has no document yet."""


class StreamSettings(Section):
    """Which stream this is, where `--stream` does not say, and its topic and dataset, where they are not those of its
    folder. `[streams.NAME]` has the same fields but `name`, for any stream: `WAYBILL_STREAMS__ORDERS__TOPIC=orders_v2`.
    """

    name: StreamName = Field(
        "names",
        description="The stream, also `--stream`: a folder with its contract, see [streams.md](streams.md).",
    )
    topic: TopicSetting = Field(
        "names_topic",
        description="Its topic in Kafka, where it is not that of its folder. Of a stream that the producer fills the "
        "cursor's topic is called the same with `.cursor` after it, that of dead letters with `.dead`, that of "
        "redrives with `.redrives`. Beside a topic that others fill there is none of these.",
    )
    dataset: StreamName | None = Field(
        None,
        description="Its folder below `lake.url`, where it is not that of its folder: by default its name.",
    )
    start: Start | None = Field(
        None,
        description="Where the dataset begins, of a topic that no source of Waybill's fills: `earliest`, which unset "
        "means, `latest`, an instant of RFC 3339, or a table of each partition's first offset. It counts until the "
        "first commit has written down what it came to, see [topics-of-others.md](topics-of-others.md).",
    )
    contract: Annotated[bytes | None, FROM_FOLDER] = None
    source: Annotated[str | None, FROM_FOLDER] = None

    @field_validator("start", mode="before")
    @classmethod
    def _one_of_its_forms(cls, said: object) -> Start | None:
        return None if said is None else parse_start(said)

    @property
    def is_filled(self) -> bool:
        """Whether a source of ours fills the topic. Any other is somebody else's: nothing writes to it, or makes it,
        or makes one beside it. Without a folder it is the stream of 0.1.0.
        """
        return self.source is not None or self.contract is None

    @property
    def lake_folder(self) -> str:
        return self.dataset or self.name

    @property
    def cursor_topic(self) -> str:
        return f"{self.topic}.cursor"

    @property
    def dead_topic(self) -> str:
        return f"{self.topic}.dead"

    @property
    def redrives_topic(self) -> str:
        return f"{self.topic}.redrives"


class KafkaSettings(Section):
    """The brokers, and any further librdkafka property (SASL, TLS, …) in ``properties``.

    A property whose name ends in ``password``, ``passphrase``, ``secret`` or ``key.pem``, however it is spelled, is
    refused in ``properties``: it belongs in ``secrets``, which takes the same names and is never printed.
    """

    bootstrap_servers: str = Field(
        "localhost:9092",
        pattern=r"^[^\s,]+:[0-9]+(,[^\s,]+:[0-9]+)*$",
        description="Brokers to ask first, `host:port`, separated by commas.",
    )
    properties: dict[str, str] = Field(
        {}, description="Any other librdkafka property by its own name, such as `security.protocol`."
    )
    secrets: dict[str, SecretStr] = Field(
        {}, description="Like `properties`, for what nobody may read: `sasl.password`, `ssl.key.pem`, …"
    )
    allow_code: bool = Field(
        default=False,
        description="Take properties that load libraries into the client or have it run commands, such as "
        "`plugin.library.paths`.",
    )
    auth: Literal["aws_msk_iam"] | None = Field(
        None,
        description="`aws_msk_iam`: SASL_SSL with tokens for Amazon MSK, signed with this machine's AWS credentials. "
        "Not with Spark. Anything else is said in `properties`.",
    )
    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z0-9]+)+$")] | None = Field(
        None, description="The MSK cluster's AWS region; `auth` needs it."
    )
    role: Annotated[str, Field(pattern=r"^arn:aws[a-z-]*:iam::[0-9]{12}:role/\S+$")] | None = Field(
        None, description="ARN of a role to assume before tokens are signed."
    )
    create_topics: bool = Field(
        default=True, description="Whether missing topics are created; else they are refused."
    )
    partitions: int = Field(3, ge=1, le=10_000, description="Partitions of a topic that is created.")
    replication_factor: int = Field(
        3, ge=1, le=15, description="Copies of each record in a topic that is created."
    )
    timeout: Seconds = Field(
        30.0, description="Longest wait for a broker's answer, or for progress of a read."
    )

    @field_validator("bootstrap_servers")
    @classmethod
    def _hosts_and_ports(cls, brokers: str) -> str:
        for one in brokers.split(","):
            broker = _BROKER.fullmatch(one)
            if broker is None:
                raise ValueError("a broker is host:port, and an IPv6 address stands in brackets")
            if not 1 <= int(broker[1]) <= 65_535:
                raise ValueError("a port is a number from 1 to 65535")
        return brokers

    @model_validator(mode="after")
    def _region_with_auth(self) -> Self:
        if (self.auth is None) != (self.region is None) or (self.role is not None and self.auth is None):
            raise ValueError("kafka.auth and kafka.region belong together, kafka.role with both")
        return self


class RegistrySettings(Section):
    """A schema registry with Confluent's REST API. With one, the producer registers the contract when it starts, and
    events carry its id. A delivery of Avro by a registry asks it for schemas, see
    [contracts.md](contracts.md#avro-by-a-registry); who reads or audits a lake needs none. A contract calls it
    `default`; of any other name a section says the same, `[registries.NAME]`: `WAYBILL_REGISTRIES__EU__URL=https://…`.
    """

    url: HttpUrl | None = Field(
        None,
        description="The registry, up to where `/subjects` begins; Apicurio's ends in `/apis/ccompat/v7`. "
        "Without one, values are plain JSON.",
    )
    username: str | None = Field(None, description="User name, where the registry asks for one.")
    password: SecretStr | None = Field(None, validate_default=True, description="Its password.")
    ca_file: str | None = Field(
        None,
        description="PEM file of the CAs that its certificate may be signed by, in place of those that are built in. "
        "Else REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE.",
    )
    timeout: Seconds = Field(
        10.0,
        description="Longest wait for the registry to take a connection, for its headers, redirects included, and for "
        "the whole body.",
    )
    attempts: int = Field(5, ge=1, le=100, description="Requests before the run gives up.")
    others: dict[str, RegistrySettings] = Field({}, exclude=True)
    """Of ``[registries.NAME]``, by their names."""

    def called(self, name: str) -> RegistrySettings | None:
        """The registry that a contract calls so; None where the settings say nothing of it."""
        return self if name == "default" else self.others.get(name)

    @field_validator("password")
    @classmethod
    def _with_a_username(cls, password: SecretStr | None, others: ValidationInfo) -> SecretStr | None:
        if (password is None) != (others.data.get("username") is None):
            raise ValueError("registry.username and registry.password belong together")
        return password
