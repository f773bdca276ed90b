"""The sections of ``waybill.toml``. Durations are seconds, sizes are rows or offsets, as each name says."""

from __future__ import annotations

import re
from typing import Annotated
from typing import Literal
from typing import Self

from pydantic import AfterValidator
from pydantic import BaseModel
from pydantic import ConfigDict
from pydantic import Field
from pydantic import HttpUrl
from pydantic import SecretStr
from pydantic import ValidationInfo
from pydantic import field_validator
from pydantic import model_validator

from waybill_common.place.url import parse_place_url

Seconds = Annotated[float, Field(gt=0, le=86_400)]
Rows = Annotated[int, Field(ge=1, le=10**15)]
_BROKER = re.compile(
    r"(?:[A-Za-z_]+://)?(?:\[[0-9A-Fa-f:.]+(?:%\w+)?\]|[^\x00-\x20\x7f:;/@\[\]]+):([0-9]{1,5})"
)


def _is_no_folder(topic: str) -> str:
    if topic in (".", ".."):
        raise ValueError("Kafka takes any name but '.' and '..'")
    return topic


TopicName = Annotated[str, Field(pattern=r"^[a-zA-Z0-9._-]{1,200}$"), AfterValidator(_is_no_folder)]


class Section(BaseModel):
    """One section: frozen, and closed against misspelled names."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class StreamSettings(Section):
    """Which flow this is, and its topic."""

    name: Literal["names"] = Field(
        "names", description="The stream: its contract, and its folder in the lake."
    )
    topic: TopicName = Field(
        "names_topic",
        description="Its topic in Kafka. The cursor's is called the same with `.cursor` after it, that of dead "
        "letters with `.dead`, that of redrives with `.redrives`.",
    )

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

    A property whose name ends in ``password``, ``secret`` or ``key.pem`` belongs in ``secrets``, which takes the same
    names and is never printed.
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
    events carry its id; readers need none.
    """

    url: HttpUrl | None = Field(
        None,
        description="The registry, up to where `/subjects` begins; Apicurio's ends in `/apis/ccompat/v7`. "
        "Without one, values are plain JSON.",
    )
    username: str | None = Field(None, description="User name, where the registry asks for one.")
    password: SecretStr | None = Field(None, validate_default=True, description="Its password.")
    timeout: Seconds = Field(
        10.0,
        description="Longest wait for the registry to take a connection, for its headers, redirects included, and for "
        "the whole body.",
    )
    attempts: int = Field(5, ge=1, le=100, description="Requests before the run gives up.")

    @field_validator("password")
    @classmethod
    def _with_a_username(cls, password: SecretStr | None, others: ValidationInfo) -> SecretStr | None:
        if (password is None) != (others.data.get("username") is None):
            raise ValueError("registry.username and registry.password belong together")
        return password


class SourceSettings(Section):
    """The API and the query. With ``seed`` paging is replayable: exactly once from the API on.

    Proxies and certificates for it and for the registry are the machine's, as most programs read them:
    ``HTTPS_PROXY``, ``HTTP_PROXY``, ``ALL_PROXY``, ``NO_PROXY``, ``REQUESTS_CA_BUNDLE`` (or ``CURL_CA_BUNDLE``). A
    server on the loopback address is asked without a proxy. ``.netrc`` is not read. Redirects are followed within the
    origin given here, and from its http to its https.
    """

    url: HttpUrl = Field(
        HttpUrl("https://randomuser.me/api/"),
        description="The API, without version, query, user and password.",
    )
    username: str | None = Field(
        None, description="User name, where a mirror of the API asks for one (Basic)."
    )
    password: SecretStr | None = Field(None, validate_default=True, description="Its password.")
    version: str = Field(
        "1.4", pattern=r"^[0-9]+\.[0-9]+$", description="The API's version, pinned in its path."
    )
    seed: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")] | None = Field(
        None,
        description="Makes pages repeatable. Without one, a page that a dying run has not published is lost.",
    )
    results: int = Field(500, ge=1, le=5000, description="Users on a page; a page is one transaction.")
    nationalities: tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...] = Field(
        (), description="Only users of these countries. Empty: of all."
    )
    connect_timeout: Seconds = Field(5.0, description="Longest wait for the API to take a connection.")
    read_timeout: Seconds = Field(
        30.0,
        description="Longest wait for the API's headers, redirects included, and again for the whole body. A request "
        "has `connect_timeout` and twice this, whatever happens.",
    )
    attempts: int = Field(8, ge=1, le=100, description="Requests for one page before the run gives up.")
    backoff: Seconds = Field(0.5, description="First pause between two attempts; it doubles, with jitter.")
    backoff_limit: Seconds = Field(60.0, description="Longest pause between two attempts.")
    users_per_window: Rows = Field(20_000, description="The API's rate limit: users in each `window`.")
    window: Seconds = Field(300.0, description="The rate limit's period.")

    @field_validator("password")
    @classmethod
    def _with_a_username(cls, password: SecretStr | None, others: ValidationInfo) -> SecretStr | None:
        if (password is None) != (others.data.get("username") is None):
            raise ValueError("source.username and source.password belong together")
        return password

    @field_validator("seed")
    @classmethod
    def _not_eighteen(cls, seed: str | None) -> str | None:
        if seed is not None and len(seed) == 18:
            raise ValueError("a seed of 18 characters is read by the API as 16 and two digits of nationality")
        return seed


class ProducerSettings(Section):
    """How long a run polls, and how often. The seed project's STREAMING_DURATION and PAUSE_INTERVAL."""

    streaming_duration: Seconds = Field(120.0, description="How long a run polls. No poll begins later.")
    pause_interval: float = Field(
        10.0,
        ge=0,
        le=86_400,
        description="Pause between two polls, seconds. With 0 the next page is made ready while one is published.",
    )
    pages: Rows | None = Field(
        None, description="Pages after which a run ends, if its time is not over before."
    )


class PseudonymSettings(Section):
    """The key of the postcode's HMAC. ``key_id`` is stored with each pseudonym; the key never is."""

    key: SecretStr | None = Field(
        None, description="The key: at least 32 random characters. The producer does not start without one."
    )
    key_id: str = Field(
        "k1",
        pattern=r"^[a-z0-9][a-z0-9-]{0,31}$",
        description="Name of the key, stored before each pseudonym. Change it together with the key.",
    )


class LakeSettings(Section):
    """Where the dataset lies: a folder, or a bucket with an optional prefix. In its URL every character stands for
    itself: ``%``, ``#``, ``?`` and blanks too.
    """

    url: str = Field(
        "file:///var/lib/waybill",
        description="Where datasets lie: a folder, or a bucket of S3 or GCS with or without a prefix.",
    )
    endpoint: HttpUrl | None = Field(
        None,
        description="Address of an S3 server other than Amazon's. Else AWS_ENDPOINT_URL_S3 and the like count.",
    )
    region: str | None = Field(
        None,
        description="Region of an S3 bucket. Else AWS_REGION, AWS_DEFAULT_REGION, the AWS profile's, us-east-1.",
    )
    access_key_id: str | None = Field(
        None,
        min_length=1,
        description="S3 access key. Without one, the machine's own AWS credentials are used (docs/lake.md).",
    )
    secret_access_key: SecretStr | None = Field(
        None, validate_default=True, description="S3 secret key, with `access_key_id`."
    )
    session_token: SecretStr | None = Field(
        None, validate_default=True, description="With keys that expire, the token that came with them."
    )
    sse: Literal["AES256", "aws:kms", "aws:kms:dsse"] | None = Field(
        None, description="Encryption that each object is stored with. Unset: what the bucket does by itself."
    )
    sse_kms_key_id: str | None = Field(
        None,
        pattern=r"^[!-~]+$",
        validate_default=True,
        description="KMS key for `aws:kms` and `aws:kms:dsse`: an id, ARN or alias. Unset: the account's own for S3.",
    )
    attempts: int = Field(
        6, ge=1, le=100, description="Tries of one request to the store before the run gives up."
    )
    timeout: Seconds = Field(30.0, description="Longest wait for one request to the store.")

    @field_validator("url")
    @classmethod
    def _a_place(cls, url: str) -> str:
        parse_place_url(url)
        return url

    @field_validator("secret_access_key")
    @classmethod
    def _with_an_id(cls, secret: SecretStr | None, others: ValidationInfo) -> SecretStr | None:
        if secret is not None and not secret.get_secret_value():
            raise ValueError("it is empty")
        if (secret is None) != (others.data.get("access_key_id") is None):
            raise ValueError("lake.access_key_id and lake.secret_access_key belong together")
        return secret

    @field_validator("session_token")
    @classmethod
    def _with_keys(cls, token: SecretStr | None, others: ValidationInfo) -> SecretStr | None:
        if token is not None and others.data.get("access_key_id") is None:
            raise ValueError("lake.session_token belongs to lake.access_key_id, which is not set")
        return token

    @field_validator("sse_kms_key_id")
    @classmethod
    def _with_kms(cls, key: str | None, others: ValidationInfo) -> str | None:
        if key is not None and others.data.get("sse") not in ("aws:kms", "aws:kms:dsse"):
            raise ValueError("lake.sse_kms_key_id belongs to lake.sse = aws:kms or aws:kms:dsse")
        return key


class DeliverySettings(Section):
    """How records become objects. A manifest fixes these for its commit, so changing them is always safe."""

    rows_per_object: Rows = Field(
        500_000, description="Longest split in offsets: what one task holds in memory."
    )
    row_group_rows: Rows = Field(100_000, description="Rows in a Parquet row group.")
    compression: Literal["zstd", "snappy", "none"] = Field(
        "zstd", description="Compression inside Parquet files."
    )
    trigger: str = Field(
        "available-now",
        pattern=r"^(available-now|[0-9]{1,6} (seconds|minutes))$",
        description="`available-now` delivers what is there and ends; `10 seconds` goes on for ever.",
    )
    max_offsets_per_trigger: Rows = Field(10_000_000, description="Most offsets in a micro-batch.")
    min_offsets_per_trigger: Rows | None = Field(
        None, description="Fewest offsets in a micro-batch, so that objects do not get small."
    )
    max_trigger_delay: str = Field(
        "15m",
        pattern=r"^[0-9]{1,6}[smh]$",
        description="How long `min_offsets_per_trigger` may hold records back.",
    )
    accept_loss: bool = Field(
        default=False,
        description="Go on where Kafka's retention has taken undelivered offsets, and record the hole.",
    )
    shutdown_timeout: Seconds = Field(300.0, description="How long a stop waits for the commit in hand.")


class DagsSettings(Section):
    """Where versions of the DAGs are published, for Airflow's `WaybillDagBundle`. A bucket is reached as the lake's is:
    with `lake.endpoint`, `lake.region` and the lake's keys.
    """

    url: str | None = Field(
        None, description="A folder of its own, or a bucket of S3 with or without a prefix."
    )

    @field_validator("url")
    @classmethod
    def _a_place(cls, url: str | None) -> str | None:
        if url is not None and parse_place_url(url).scheme == "gs":
            raise ValueError("Airflow's bundle can't read gs://")
        return url


class LogSettings(Section):
    """What goes to stderr, and how."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least level that is shown."
    )
    format: Literal["auto", "json", "console"] = Field(
        "auto", description="`auto` is `console` on a terminal and `json` elsewhere."
    )
