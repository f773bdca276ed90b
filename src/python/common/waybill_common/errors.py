"""The error tree and the exit codes.

    WaybillError
    ├── TransientError           a later run of the same command may succeed
    │   ├── SourceUnavailable    10
    │   ├── KafkaUnavailable     20
    │   ├── DeliveryFailed       21
    │   ├── RegistryUnavailable  25
    │   ├── WorkerDied           29
    │   ├── LakeUnavailable      30
    │   ├── SparkFailed          37
    │   ├── DeploymentOvertaken  38
    │   └── ServiceNotReady      53
    └── TerminalError            somebody has to change something first
        ├── SettingsRefused       2
        ├── SourceRefused        11
        ├── TopicRefused         22
        ├── CursorRefused        23
        ├── ProducerFenced       24
        ├── RegistryRefused      26
        ├── ContractRefused      27
        ├── KafkaRefused         28
        ├── LakeRefused          31
        ├── LedgerCorrupt        32
        ├── DataLoss             33
        ├── DriverFenced         34
        ├── ContractUnknown      35
        ├── ObjectConflict       36
        ├── TooManyDead          39
        ├── AuditFailed          40
        ├── LagExceeded          41
        ├── NothingDelivered     42
        ├── EnvironmentMissing   50
        ├── JarMismatch          51
        ├── PortInUse            52
        ├── BackfillRefused      60
        ├── DeadLettersRefused   61
        └── StreamTestFailed     62

Every message is three sentences: what was found (with the value), what is allowed, and the remedy.
``docs/errors.md`` has a section for each class; a test holds the two together.
"""

from __future__ import annotations

from typing import ClassVar

from waybill_common.redaction import redacted

OK = 0
UNEXPECTED = 1
INTERRUPTED = 130


class WaybillError(Exception):
    """Base of everything that Waybill raises on purpose.

    ``found`` names the value, ``allowed`` what would have been right, ``remedy`` what to do next.
    """

    exit_code: ClassVar[int] = UNEXPECTED
    transient: ClassVar[bool] = False

    def __init__(self, found: str, *, allowed: str, remedy: str) -> None:
        found, allowed, remedy = redacted(found), redacted(allowed), redacted(remedy)
        super().__init__(found, allowed, remedy)
        self.found = found
        self.allowed = allowed
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.found} Allowed: {self.allowed} Remedy: {self.remedy}"

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.found, self.allowed, self.remedy)


def _rebuild(kind: type[WaybillError], found: str, allowed: str, remedy: str) -> WaybillError:
    return kind(found, allowed=allowed, remedy=remedy)


class TransientError(WaybillError):
    """Nothing is wrong with the request: running it again later may succeed."""

    transient = True


class TerminalError(WaybillError):
    """Running it again gives the same answer until somebody changes something."""


class SourceUnavailable(TransientError):
    """The API did not give a usable page within the retries allowed."""

    exit_code = 10
    retry_at: str | None = None
    """Until when the API asks to be left alone, ISO 8601 in UTC, where it says so."""


class KafkaUnavailable(TransientError):
    """No broker answered within the time allowed."""

    exit_code = 20


class DeliveryFailed(TransientError):
    """A record or its transaction was not acknowledged; nothing of it is visible to readers."""

    exit_code = 21


class RegistryUnavailable(TransientError):
    """The schema registry did not answer within the attempts allowed."""

    exit_code = 25


class WorkerDied(TransientError):
    """The processes that carried a split died one after the other, and so did the one that carried it alone."""

    exit_code = 29


class LakeUnavailable(TransientError):
    """The object store did not answer within the retries allowed."""

    exit_code = 30


class SparkFailed(TransientError):
    """Spark lost a commit's workers or executors more often than it tries again, or failed elsewhere."""

    exit_code = 37


class DeploymentOvertaken(TransientError):
    """Somebody else deployed DAGs at the same moment, and was first."""

    exit_code = 38


class ServiceNotReady(TransientError):
    """A service that was started here (Kafka, the S3 server) did not come up, or a download did not finish."""

    exit_code = 53


class SettingsRefused(TerminalError):
    """A setting or a flag is unknown, missing or out of range."""

    exit_code = 2


class SourceRefused(TerminalError):
    """The API answers something else than it was asked (unknown version, ignored parameters)."""

    exit_code = 11


class TopicRefused(TerminalError):
    """A topic is missing, compacted, recreated, or not the one that the ledger names."""

    exit_code = 22


class CursorRefused(TerminalError):
    """The cursor is missing, unreadable or belongs to another query."""

    exit_code = 23


class ProducerFenced(TerminalError):
    """Another producer of this stream took over."""

    exit_code = 24


class RegistryRefused(TerminalError):
    """The schema registry refuses, or has what is not taken: a contract, a schema, another meaning."""

    exit_code = 26


class ContractRefused(TerminalError):
    """A contract may not follow the one before it."""

    exit_code = 27


class KafkaRefused(TerminalError):
    """The brokers refuse: credentials, TLS, rights, or a name that no topic can have."""

    exit_code = 28


class LakeRefused(TerminalError):
    """The lake can't be used: refused by the store, no conditional create, or somebody else's dataset."""

    exit_code = 31


class LedgerCorrupt(TerminalError):
    """A manifest or receipt is unreadable, contradicts another one, or a number is skipped."""

    exit_code = 32


class DataLoss(TerminalError):
    """Offsets that the ledger has not closed are gone from Kafka."""

    exit_code = 33


class DriverFenced(TerminalError):
    """Another driver closed a commit that this one had opened."""

    exit_code = 34


class ContractUnknown(TerminalError):
    """A manifest names a contract, or an entry has a format, that this release doesn't carry."""

    exit_code = 35


class ObjectConflict(TerminalError):
    """An object stands under a name of ours and holds other records than its name says."""

    exit_code = 36


class TooManyDead(TerminalError):
    """Too many of the last records are dead letters: the contract no longer fits what the topic has."""

    exit_code = 39


class AuditFailed(TerminalError):
    """``waybill verify`` found records missing, doubled, orphaned or altered."""

    exit_code = 40


class LagExceeded(TerminalError):
    """``waybill lag`` found delivery further behind, or nearer to retention, than the bounds allow."""

    exit_code = 41


class NothingDelivered(TerminalError):
    """``waybill verify`` found an empty ledger beside a topic that has records."""

    exit_code = 42


class EnvironmentMissing(TerminalError):
    """The machine lacks something, such as Java 17 or a Spark installation."""

    exit_code = 50


class JarMismatch(TerminalError):
    """A jar's sha256 is not the one that the jar manifest names."""

    exit_code = 51


class PortInUse(TerminalError):
    """A port that was asked for by number is taken."""

    exit_code = 52


class BackfillRefused(TerminalError):
    """A backfill would overlap what the dataset has, or asks for offsets that the topic does not have."""

    exit_code = 60


class DeadLettersRefused(TerminalError):
    """There is no such dead letter, a patch fails, or a redrive's record can't be read."""

    exit_code = 61


class StreamTestFailed(TerminalError):
    """``waybill stream test``: a sample was not judged as it says, there is none, or contract.py makes another
    contract.
    """

    exit_code = 62


def exit_codes() -> dict[int, type[WaybillError]]:
    """Every documented exit code and its class."""
    found: dict[int, type[WaybillError]] = {}
    queue: list[type[WaybillError]] = [TransientError, TerminalError]
    while queue:
        kind = queue.pop()
        queue.extend(kind.__subclasses__())
        if kind.exit_code != UNEXPECTED:
            found[kind.exit_code] = kind
    return dict(sorted(found.items()))
