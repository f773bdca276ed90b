"""No DAG: it fails where folders of streams are refused, so that Airflow lists them as an import error.

In a module of its own, since one that fails has no DAGs: those of all other streams are in `stream_dags.py`.
"""

from __future__ import annotations

import os

from waybill_dags.dags_of_streams import refusal

if (refused := refusal(os.environ)) is not None:
    raise refused
