"""The DAGs of every stream: of those that this bundle was packaged with, and those in `WAYBILL_STREAMS_FOLDER`.

Each has `<stream>_stream_dag`, `<stream>_maintenance_dag` and `<stream>_consumer_dag`; the first of the stream that
0.1.0 carried is in `name_stream_dag.py`. One whose folder is refused has none: `refused_streams_dag.py` tells why.
"""

from __future__ import annotations

import os

from airflow.sdk import DAG
from waybill_dags.dags_of_streams import dags_of_streams

DAGS: dict[str, DAG] = {dag.dag_id: dag for dag in dags_of_streams(os.environ)}

# Where Airflow looks for them; in a zip a module that fails takes what is nowhere else with it.
globals().update(DAGS)
