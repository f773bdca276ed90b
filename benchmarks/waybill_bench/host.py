"""The machine and the versions that a set of results belongs to."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

from waybill_bench.world import World
from waybill_common.jars import read_jar_manifest
from waybill_common.version import VERSION

_JARS = {
    "kafka": ("kafka", "kafka_2.13"),
    "connect": ("connect", "connect-runtime"),
    "iceberg": ("iceberg", "iceberg-kafka-connect"),
    "flink": ("flink", "flink-core"),
    "delta": ("delta", "delta-spark_4.2_2.13"),
}
_PACKAGES = ("confluent-kafka", "pyarrow", "pydantic")


def machine() -> dict[str, str]:
    """Processor, cores, memory and kernel; no name and no address."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{memory:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
    }


def versions(world: World) -> dict[str, str]:
    """Of Waybill and what it was measured with."""
    spark = next((world.places.spark_home / "jars").glob("spark-core_*.jar")).stem.rpartition("-")[2]
    found = {
        "waybill": VERSION,
        "python": platform.python_version(),
        "spark": spark,
    }
    found |= {name: _version_of(world, *where) for name, where in _JARS.items()}
    return found | {name: version(name) for name in _PACKAGES} | {"store": str(world.s3.choice.kind)}


def _version_of(world: World, manifest: str, artifact: str) -> str:
    jars = read_jar_manifest(world.places.manifests / f"{manifest}.json").jars
    return next(jar.coordinate.rpartition(":")[2] for jar in jars if f":{artifact}:" in jar.coordinate)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or "unknown"
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown"
    )
