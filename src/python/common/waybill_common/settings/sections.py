"""The sections of ``waybill.toml``. Durations are seconds, sizes are rows or offsets, as each name says."""

from __future__ import annotations

from typing import Annotated
from typing import Literal

from pydantic import BaseModel
from pydantic import ConfigDict
from pydantic import Field
from pydantic import HttpUrl
from pydantic import SecretStr
from pydantic import field_validator

Seconds = Annotated[float, Field(gt=0, le=86_400)]
Rows = Annotated[int, Field(ge=1)]
TopicName = Annotated[str, Field(pattern=r"^[a-zA-Z0-9._-]{1,200}$")]


class Section(BaseModel):
    """One section: frozen, and closed against misspelled names."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class StreamSettings(Section):
    """Which flow this is, and its topic."""

    name: Literal["names"] = "names"
    topic: TopicName = "names_topic"

    @property
    def cursor_topic(self) -> str:
        return f"{self.topic}.cursor"

    @property
    def dead_topic(self) -> str:
        return f"{self.topic}.dead"


class KafkaSettings(Section):
    """The brokers, and any further librdkafka property (SASL, TLS, …) in ``properties``.

    A property whose name ends in ``password``, ``secret`` or ``key.pem`` belongs in ``secrets``, which takes the same
    names and is never printed.
    """

    bootstrap_servers: Annotated[str, Field(pattern=r"^[^\s,]+:[0-9]+(,[^\s,]+:[0-9]+)*$")] = "localhost:9092"
    properties: dict[str, str] = {}
    secrets: dict[str, SecretStr] = {}
    create_topics: bool = True
    partitions: Annotated[int, Field(ge=1, le=10_000)] = 3
    replication_factor: Annotated[int, Field(ge=1, le=15)] = 3
    timeout: Seconds = 30.0


class SourceSettings(Section):
    """The API and the query. With ``seed`` paging is replayable: exactly once from the API on."""

    url: HttpUrl = HttpUrl("https://randomuser.me/api/")
    version: Annotated[str, Field(pattern=r"^[0-9]+\.[0-9]+$")] = "1.4"
    seed: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")] | None = None
    results: Annotated[int, Field(ge=1, le=5000)] = 500
    nationalities: tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...] = ()
    connect_timeout: Seconds = 5.0
    read_timeout: Seconds = 30.0
    attempts: Annotated[int, Field(ge=1, le=100)] = 8
    backoff: Seconds = 0.5
    backoff_limit: Seconds = 60.0
    users_per_window: Annotated[int, Field(ge=1)] = 20_000
    window: Seconds = 300.0

    @field_validator("seed")
    @classmethod
    def _not_eighteen(cls, seed: str | None) -> str | None:
        if seed is not None and len(seed) == 18:
            raise ValueError("a seed of 18 characters is read by the API as 16 and two digits of nationality")
        return seed


class ProducerSettings(Section):
    """How long a run polls, and how often. The seed project's STREAMING_DURATION and PAUSE_INTERVAL."""

    streaming_duration: Seconds = 120.0
    pause_interval: Annotated[float, Field(ge=0, le=86_400)] = 10.0
    pages: Annotated[int, Field(ge=1)] | None = None


class PseudonymSettings(Section):
    """The key of the postcode's HMAC. ``key_id`` is stored with each pseudonym; the key never is."""

    key: SecretStr | None = None
    key_id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")] = "k1"


class LakeSettings(Section):
    """Where the dataset lies: a folder, or a bucket with an optional prefix."""

    url: Annotated[str, Field(pattern=r"^(file:///|s3://|gs://|az://|/)\S+$")] = "file:///var/lib/waybill"
    endpoint: HttpUrl | None = None
    region: str = "us-east-1"
    access_key_id: str | None = None
    secret_access_key: SecretStr | None = None
    attempts: Annotated[int, Field(ge=1, le=100)] = 6
    timeout: Seconds = 30.0


class DeliverySettings(Section):
    """How records become objects. A manifest fixes these for its commit, so changing them is always safe."""

    rows_per_object: Rows = 500_000
    row_group_rows: Rows = 100_000
    compression: Literal["zstd", "snappy", "none"] = "zstd"
    trigger: Annotated[str, Field(pattern=r"^(available-now|[0-9]+ (seconds|minutes))$")] = "available-now"
    max_offsets_per_trigger: Rows = 10_000_000
    min_offsets_per_trigger: Rows | None = None
    max_trigger_delay: Annotated[str, Field(pattern=r"^[0-9]+[smh]$")] = "15m"
    accept_loss: bool = False
    shutdown_timeout: Seconds = 300.0


class LogSettings(Section):
    """What goes to stderr, and how."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "json", "console"] = "auto"
