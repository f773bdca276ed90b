"""What the demo does, step by step, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from waybill_sandbox.api import ApiFault, FaultKind, FaultPlan
from waybill_sandbox.demo.folders import DemoFolders

SEED = "waybill-demo"
USERS_A_PAGE = 1500
PAGES = (5, 3)
"""Of the first and of the second round. With the repeated requests that is below the API's 20,000 users in 300 s."""

FAULTS = FaultPlan(
    faults=(
        ApiFault(kind=FaultKind.MALFORMED_USERS, times=None, share=0.01),
        ApiFault(kind=FaultKind.RATE_LIMIT, pages=(2, 2)),
        ApiFault(kind=FaultKind.EMPTY_RESULTS, pages=(4, 4), times=2),
        ApiFault(kind=FaultKind.GATEWAY_ERROR, pages=(6, 6), status=503),
    )
)
"""One user in a hundred is malformed, page 2 meets the rate limit, page 4 the outage, page 6 a broken gateway."""

BRIEF_JVM = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""For a JVM that lives for ten seconds: without the optimising compiler it takes 12 s of CPU, with it 22 s."""

TOPIC = "names_topic"
STRAY_RECORDS = (b"hello?", b'{"id": "not a uuid"}', b"[1, 2, 3]")
"""What a stray program writes into the topic: the lake has to set it aside."""


class Reads(StrEnum):
    """How a step's last line of stdout is to be understood."""

    PRODUCER = "producer"
    DELIVERY = "delivery"
    AUDIT = "audit"


@dataclass(frozen=True)
class Step:
    """One program to run. ``env`` is all that it gets; ``limit`` is in seconds."""

    name: str
    title: str
    reads: Reads
    argv: tuple[str, ...]
    env: Mapping[str, str]
    limit: float


@dataclass(frozen=True)
class Surroundings:
    """What the steps need to know of the machine and of the running sandbox."""

    bootstrap_servers: str
    api_url: str
    search_path: str
    home: str
    java_home: str
    spark_home: str
    jar_cache: str


def producer_step(folders: DemoFolders, around: Surroundings, number: int) -> Step:
    """A run of producer.pex. It knows neither the lake nor the machine beyond its PATH and HOME."""
    pages = PAGES[number - 1]
    return Step(
        name=f"producer-{number}",
        title=f"producer.pex, round {number}: {pages} pages of {USERS_A_PAGE:,} users",
        reads=Reads.PRODUCER,
        argv=(str(folders.producer.absolute()),),
        env={
            "PATH": around.search_path,
            "HOME": around.home,
            "WAYBILL_KAFKA__BOOTSTRAP_SERVERS": around.bootstrap_servers,
            "WAYBILL_KAFKA__REPLICATION_FACTOR": "1",
            "WAYBILL_SOURCE__URL": around.api_url,
            "WAYBILL_SOURCE__SEED": SEED,
            "WAYBILL_SOURCE__RESULTS": str(USERS_A_PAGE),
            # The simulator forgives sooner than the API does: short waits, the same way through the code.
            "WAYBILL_SOURCE__WINDOW": "60",
            "WAYBILL_SOURCE__BACKOFF": "0.2",
            "WAYBILL_PRODUCER__PAGES": str(pages),
            "WAYBILL_PRODUCER__PAUSE_INTERVAL": "0",
            "WAYBILL_PSEUDONYM__KEY_FILE": str(folders.key_file.absolute()),
        },
        limit=150,
    )


def local_step(folders: DemoFolders, around: Surroundings) -> Step:
    """``waybill.pex deliver``, which ends when everything that is in the topic is delivered."""
    return Step(
        name="delivery-1",
        title="waybill.pex deliver, round 1",
        reads=Reads.DELIVERY,
        argv=(str(folders.waybill.absolute()), "deliver"),
        env={**lake_env(folders, around), "WAYBILL_KAFKA__REPLICATION_FACTOR": "1"},
        limit=150,
    )


def spark_step(folders: DemoFolders, around: Surroundings) -> Step:
    """``waybill.pex submit`` of spark_app.zip, which goes on where the local engine ended."""
    return Step(
        name="delivery-2",
        title="waybill.pex submit spark_app.zip, round 2",
        reads=Reads.DELIVERY,
        argv=(
            *(str(folders.waybill.absolute()), "submit", "--bundle", str(folders.bundle.absolute())),
            *("--master", "local[2,4]", "--jars-dir", around.jar_cache),
            *("--conf", "spark.driver.bindAddress=127.0.0.1", "--conf", "spark.driver.host=127.0.0.1"),
            *("--conf", "spark.ui.enabled=false", "--conf", f"spark.driver.extraJavaOptions={BRIEF_JVM}"),
        ),
        env={
            **lake_env(folders, around),
            "JAVA_HOME": around.java_home,
            "SPARK_HOME": around.spark_home,
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_LAUNCHER_OPTS": BRIEF_JVM,
            "WAYBILL_KAFKA__REPLICATION_FACTOR": "1",
        },
        limit=300,
    )


def audit_step(folders: DemoFolders, around: Surroundings) -> Step:
    """``waybill.pex verify``; with --complete, since nothing may be left in flight."""
    return Step(
        name="audit",
        title="waybill.pex verify",
        reads=Reads.AUDIT,
        argv=(str(folders.waybill.absolute()), "verify", "--json", "--complete"),
        env=lake_env(folders, around),
        limit=150,
    )


def lake_env(folders: DemoFolders, around: Surroundings) -> dict[str, str]:
    return {
        "PATH": around.search_path,
        "HOME": around.home,
        "WAYBILL_KAFKA__BOOTSTRAP_SERVERS": around.bootstrap_servers,
        "WAYBILL_LAKE__URL": str(folders.lake.absolute()),
    }
