"""How long Airflow takes to parse the DAG bundle: ``{"seconds": …}``, the median of five processes.

    python benchmarks/dag_parse.py [FOLDER]

With a Python that has Airflow. FOLDER holds ``airflow_dags.zip``; without one the sources are parsed. What Airflow
takes to import itself is not in it: a DAG processor does that once.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

RUNS = 5
SOURCES = Path(__file__).parents[1] / "src" / "python"

PARSE = """
import json, sys, time
from airflow.dag_processing.dagbag import DagBag
began = time.perf_counter()
bag = DagBag(sys.argv[1], bundle_path=sys.argv[1], bundle_name="waybill")
assert bag.dags and not bag.import_errors, bag.import_errors
print(json.dumps([time.perf_counter() - began, sorted(bag.dags)]))
"""


def main() -> None:
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    path = [] if given else [str(SOURCES / "dags"), str(SOURCES / "common")]
    bundle = (given or SOURCES / "dags").absolute()
    found = []
    with tempfile.TemporaryDirectory(prefix="waybill-airflow-") as home:
        own = {
            "AIRFLOW_HOME": home,
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "PYTHONPATH": os.pathsep.join(path),
        }
        env = {**os.environ, **own}
        for _ in range(RUNS):
            command = [sys.executable, "-c", PARSE, str(bundle)]
            done = subprocess.run(
                command, env=env, stdout=subprocess.PIPE, text=True, timeout=120, check=True
            )
            found.append(json.loads(done.stdout.splitlines()[-1]))
    seconds = [one for one, _ in found]
    told = {"seconds": round(statistics.median(seconds), 3), "runs": [round(one, 3) for one in seconds]}
    print(json.dumps({**told, "dags": found[0][1]}))


if __name__ == "__main__":
    main()
