"""What the two contenders on stock Spark share: one program, its tuning, and how its progress is read."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from waybill_bench.sink.job import Job
from waybill_bench.sink.resources import copied, text_of
from waybill_bench.sink.steady import Mark
from waybill_bench.world import World
from waybill_common.contract.arrow import spark_schema
from waybill_sandbox.process import Command
from waybill_streams.packaged import STREAMS


def submit(
    world: World,
    job: Job,
    *,
    sink: str,
    lake: str,
    jars: str,
    conf: Mapping[str, str],
    env: Mapping[str, str],
) -> Command:
    """The spark-submit of ``stock_spark.py``. ``jars`` names a jar manifest; ``conf`` is beside ``spark.conf``."""
    words = [str(world.places.spark_home.absolute() / "bin" / "spark-submit"), "--master", job.master]
    words += ["--jars", ",".join(str(jar) for jar in world.places.jars(jars))]
    # Only the driver is Python here, and it imports nothing but pyspark.
    own = {
        "spark.pyspark.python": sys.executable,
        "spark.driver.extraJavaOptions": f"-XX:SharedArchiveFile={world.class_archive}",
    }
    for name, value in {**own, **tuning("spark.conf"), **conf}.items():
        words += ["--conf", f"{name}={value}"]
    words += [str(copied("stock_spark.py", job.room)), "--sink", sink, "--lake", lake]
    words += ["--bootstrap-servers", world.bootstrap_servers, "--topic", job.topic]
    words += ["--schema", json.dumps(spark_schema(STREAMS["names"].current))]
    words += ["--checkpoint", str(job.room / "checkpoint")]
    words += ["--offsets-per-commit", str(job.offsets_per_commit)]
    words += ["--offsets-per-task", str(job.offsets_per_task)]
    log, output = job.room / "spark.log", job.room / "spark.out"
    return Command(
        f"Spark to {sink}", tuple(words), env={**world.machine, **env}, log=log, cwd=job.room, output=output
    )


def tuning(name: str) -> dict[str, str]:
    """The pairs of a file of ``contenders``."""
    return properties(text_of(name))


def properties(text: str) -> dict[str, str]:
    """The pairs of a text with a name, blanks and a value on each line, and comments."""
    lines = (line.split("#", 1)[0].split(maxsplit=1) for line in text.splitlines())
    return {words[0]: words[1].strip() for words in lines if len(words) == 2}


def progress(output: str) -> tuple[Mark, ...]:
    """The marks in what ``stock_spark.py`` prints: one progress of the query a line, as Spark reports it."""
    return tuple(batches(json.loads(line) for line in output.splitlines() if line.startswith("{")))


def batches(reports: Iterable[Mapping[str, object]]) -> Iterator[Mark]:
    """A mark for each micro-batch with rows: its trigger's start plus how long that took."""
    for report in reports:
        took, rows = report["durationMs"], report["numInputRows"]
        assert isinstance(took, Mapping) and isinstance(rows, int)
        if rows:
            began = datetime.fromisoformat(str(report["timestamp"])).timestamp()
            yield Mark(began + took["triggerExecution"] / 1000, rows)
