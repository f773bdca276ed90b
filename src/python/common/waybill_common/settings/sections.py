"""The other sections of ``waybill.toml``. Durations are seconds, sizes are rows or offsets, as each name says."""

from __future__ import annotations

import os
from typing import Annotated, Literal

from pydantic import Field, HttpUrl, SecretStr, ValidationInfo, field_validator

from waybill_common.settings.section import Rows, Seconds, Section


class SourceSettings(Section):
    """The API and the query. With ``seed`` paging is replayable: exactly once from the API on.

    Proxies and certificates for it and for the registry are the machine's, as most programs read them:
    ``HTTPS_PROXY``, ``HTTP_PROXY``, ``ALL_PROXY``, ``NO_PROXY``, ``REQUESTS_CA_BUNDLE`` (or ``CURL_CA_BUNDLE``), but
    for a ``ca_file``. A server on the loopback address is asked without a proxy. ``.netrc`` is not read. Redirects are
    followed within the origin given here, and from its http to its https.
    """

    url: HttpUrl = Field(
        HttpUrl("https://randomuser.me/api/"),
        description="The API, without version, query, user and password.",
    )
    username: str | None = Field(
        None, description="User name, where a mirror of the API asks for one (Basic)."
    )
    password: SecretStr | None = Field(None, validate_default=True, description="Its password.")
    ca_file: str | None = Field(
        None,
        description="PEM file of the CAs that its certificate may be signed by, in place of those that are built in. "
        "Else REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE.",
    )
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
    """How long a run polls, and how often (also known as STREAMING_DURATION and PAUSE_INTERVAL); and what is kept of
    users that break the contract.
    """

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
    dead_bodies: Literal["masked", "whole"] = Field(
        "masked",
        description="What `<topic>.dead` keeps of a user: the contract's fields that are valid and a description "
        "of the rest, or all that the API sent, passwords and postcodes in clear.",
    )
    dead_retention: int = Field(
        2_592_000,
        ge=3_600,
        le=315_360_000,
        description="How long `<topic>.dead` keeps a record, seconds; the topic is created so. One that exists "
        "is not changed: `waybill init` says where it keeps them for longer.",
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


class RedriveSettings(Section):
    """Dead letters of topics that others fill: they are sent anew into a topic of Waybill's own."""

    retention: Annotated[int, Field(ge=3_600, le=315_360_000)] | None = Field(
        None,
        description="How long `<stream>.redriven` keeps a record, seconds; the topic is created so. Unset: as long as "
        "the stream's topic keeps its own. One that exists is not changed.",
    )


SPLIT_BYTES = 2**26
WINDOW_PAST = 3650
MAX_DEAD_SHARE = 0.1


class DeliverySettings(Section):
    """How records become objects. A manifest fixes these for its commit, so changing them is always safe."""

    rows_per_object: Rows = Field(
        500_000, description="Longest split in offsets. Large records make splits shorter, see `split_bytes`."
    )
    split_bytes: int = Field(
        SPLIT_BYTES,
        ge=2**20,
        le=2**32,
        description="Bytes of keys and values that a split is to have, by what the last ones had: what one task holds "
        "in memory follows from it. What a split has beyond twice as much, its task spools to `TMPDIR`.",
    )
    row_group_rows: Rows = Field(100_000, description="Rows in a Parquet row group.")
    compression: Literal["zstd", "snappy", "none"] = Field(
        "zstd", description="Compression inside Parquet files."
    )
    window_past: int = Field(
        WINDOW_PAST,
        ge=0,
        le=3_660_000,
        description="Days before today for which rows have folders of their own, where a contract's `partition_by` has "
        "a time; fewer where hours or a second key would make more than 10,000 folders. Earlier rows share one.",
    )
    trigger: str = Field(
        "available-now",
        pattern=r"^(available-now|[0-9]{1,6} (milliseconds|seconds|minutes))$",
        description="`available-now` delivers what is there and ends; `10 seconds` goes on for ever.",
    )
    max_offsets_per_trigger: Rows = Field(10_000_000, description="Most offsets in a commit.")
    min_offsets_per_trigger: Rows | None = Field(
        None, description="Fewest offsets in a micro-batch, so that objects do not get small."
    )
    max_trigger_delay: str = Field(
        "15m",
        pattern=r"^[0-9]{1,6}[smh]$",
        description="How long `min_offsets_per_trigger` may hold records back.",
    )
    workers: Annotated[int, Field(ge=1, le=256)] | None = Field(
        None,
        description="Processes of `waybill deliver`, each of which carries one split. Unset: as many as there are CPUs "
        "for it; two at least in a run of several streams, which share them by turns.",
    )
    accept_loss: bool = Field(
        default=False,
        description="Go on where Kafka's retention has taken undelivered offsets, and record the lost range.",
    )
    max_dead_share: float = Field(
        MAX_DEAD_SHARE,
        ge=0,
        le=1,
        description="Most of the last 1,000 records or more that may be dead letters: where a larger part of them is, "
        "the contract no longer fits, and a run ends with exit code 39. 1 is never.",
    )
    accept_dead: bool = Field(
        default=False,
        description="Go on where that is so, also `--accept-dead`: this run's commits say that their dead letters are "
        "accepted, and counting begins anew.",
    )
    accept_unknown_schemas: bool = Field(
        default=False,
        description="Go on where a registry of Avro schemas does not answer or refuses, also "
        "`--accept-unknown-schemas`: records whose schema nobody tells become dead letters (`unknown_schema`).",
    )
    keep_schema_bindings: bool = Field(
        default=False,
        description="Do not compare what ids of schemas mean in the dataset with what the registry says now, also "
        "`--keep-schema-bindings`: the dataset's word counts.",
    )
    shutdown_timeout: Seconds = Field(300.0, description="How long a stop waits for the commit in hand.")

    @property
    def processes(self) -> int:
        return self.workers or len(os.sched_getaffinity(0))


class StatusSettings(Section):
    """Where a run of ``producer`` or ``deliver`` tells how it fares: ``/healthz`` and ``/metrics``, see
    [watching.md](watching.md).
    """

    port: Annotated[int, Field(ge=0, le=65_535)] | None = Field(
        None,
        description="Port of the status pages, also `--status-port`. 0 is any free one, which the log names. "
        "Unset: there are none.",
    )
    host: str = Field(
        "127.0.0.1",
        pattern=r"^[0-9A-Za-z.:-]{1,253}$",
        description="Address that they listen on. They ask nobody who he is: beyond loopback the network has to.",
    )


class LogSettings(Section):
    """What goes to stderr, and how."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least level that is shown."
    )
    format: Literal["auto", "json", "console"] = Field(
        "auto", description="`auto` is `console` on a terminal and `json` elsewhere."
    )
