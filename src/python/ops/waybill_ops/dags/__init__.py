"""Publishing the DAGs in versions. ``waybill_airflow.layout`` says how they lie; Airflow reads them from there."""

from waybill_ops.dags.deploying import SHOWN, make_current, undo, version_before, version_named
from waybill_ops.dags.version_store import DeployedVersion, VersionStore, open_version_store

# fmt: off
__all__ = [
    "SHOWN", "DeployedVersion", "VersionStore", "make_current", "open_version_store", "undo", "version_before",
    "version_named",
]
