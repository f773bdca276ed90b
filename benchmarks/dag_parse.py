"""How long Airflow takes to parse the DAG bundle: ``{"seconds": …}``, the median of five processes, by the clock and on
the processor; and for a task of one of its streams.

    python benchmarks/dag_parse.py [--streams N] [FOLDER]

With a Python that has Airflow. FOLDER holds ``airflow_dags.zip``; without one the sources are parsed. ``--streams``
adds so many folders of streams. What Airflow takes to import itself is not in it: a DAG processor does that once.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

RUNS = 5
SOURCES = Path(__file__).parents[1] / "src" / "python"
ORDERS = SOURCES / "streams" / "waybill_streams" / "orders"

PARSE = """
import json, sys, time
import airflow.providers.apache.spark.operators.spark_submit, airflow.providers.standard.hooks.subprocess
from airflow.dag_processing.dagbag import DagBag
began, used = time.perf_counter(), time.process_time()
bag = DagBag(sys.argv[1], bundle_path=sys.argv[1], bundle_name="waybill")
assert bag.dags and not bag.import_errors, bag.import_errors
print(json.dumps([time.perf_counter() - began, time.process_time() - used, len(bag.dags)]))
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--streams", type=int, default=0)
    parser.add_argument("folder", type=Path, nargs="?")
    flags = parser.parse_args()
    path = [] if flags.folder else [str(SOURCES / name) for name in ("dags", "common", "streams")]
    bundle = (flags.folder or SOURCES / "dags").absolute()
    with tempfile.TemporaryDirectory(prefix="waybill-airflow-") as home:
        folders = Path(home) / "streams"
        folders.mkdir()
        for number in range(flags.streams):
            write_stream(folders / f"orders_{number}")
        env = {
            **os.environ,
            "AIRFLOW_HOME": home,
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "PYTHONPATH": os.pathsep.join(path),
            "WAYBILL_STREAMS_FOLDER": str(folders),
        }
        one = {**env, "_AIRFLOW_PARSING_CONTEXT_DAG_ID": "orders_stream_dag"}
        print(json.dumps({"all": measured(bundle, env), "for a task": measured(bundle, one)}))


def write_stream(folder: Path) -> None:
    """As ``orders`` is, under another name."""
    folder.mkdir()
    document = json.loads((ORDERS / "contract.json").read_text())
    (folder / "contract.json").write_text(json.dumps({**document, "stream": folder.name}))
    (folder / "stream.toml").write_text(f'topic = "shop.{folder.name}"\nstart = "earliest"\n')


def measured(bundle: Path, env: dict[str, str]) -> dict[str, object]:
    found = []
    for _ in range(RUNS):
        command = [sys.executable, "-c", PARSE, str(bundle)]
        done = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, timeout=120, check=True)
        found.append(json.loads(done.stdout.splitlines()[-1]))
    seconds, used, dags = zip(*found, strict=True)
    return {
        "seconds": round(statistics.median(seconds), 3),
        "cpu_seconds": round(statistics.median(used), 3),
        "runs": [round(one, 3) for one in seconds],
        "dags": dags[0],
    }


if __name__ == "__main__":
    main()
