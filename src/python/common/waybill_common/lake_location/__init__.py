"""Where a lake lies and how it is reached, resolved once in each process: every client is built from the result.

The writer's client is obstore, the auditor's pyarrow. Neither reads a URL, a variable or a profile for itself.
"""

from waybill_common.lake_location.patience import GivenUp, patiently
from waybill_common.lake_location.resolve import S3, LakeLocation, here, pinned
from waybill_common.lake_location.store_causes import StoreCause, cause_of
from waybill_common.lake_location.store_errors import judged, lake_failure
from waybill_common.lake_location.store_keys import Credentials, Keys

# fmt: off
__all__ = [
    "S3", "Credentials", "GivenUp", "Keys", "LakeLocation", "StoreCause", "cause_of", "here", "judged",
    "lake_failure", "patiently", "pinned",
]
