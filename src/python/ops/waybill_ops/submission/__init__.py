"""From a bundle to a spark-submit that runs: ``spark_bundle``, ``spark_home``, ``command`` (pure), ``submitting``."""

from waybill_ops.submission.cache import Cache, open_cache
from waybill_ops.submission.command import submit_command, submit_parts
from waybill_ops.submission.spark_home import has_spark
from waybill_ops.submission.submit_flags import Ready, add_spark_flags, make_ready
from waybill_ops.submission.submitting import run_submit

# fmt: off
__all__ = [
    "Cache", "Ready", "add_spark_flags", "has_spark", "make_ready", "open_cache", "run_submit", "submit_command",
    "submit_parts",
]
