"""Publishing the DAGs in versions. ``waybill_airflow.layout`` says how they lie; Airflow reads them from there."""

from waybill_ops.dags.deploying import SHOWN
from waybill_ops.dags.deploying import make_current
from waybill_ops.dags.deploying import undo
from waybill_ops.dags.deploying import version_before
from waybill_ops.dags.deploying import version_named
from waybill_ops.dags.version_store import DeployedVersion
from waybill_ops.dags.version_store import VersionStore
from waybill_ops.dags.version_store import open_version_store

# fmt: off
__all__ = [
    "SHOWN", "DeployedVersion", "VersionStore", "make_current", "open_version_store", "undo",
    "version_before", "version_named",
]
