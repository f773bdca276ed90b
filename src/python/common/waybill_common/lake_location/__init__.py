"""Where a lake lies and how it is reached, resolved once in each process: every client is built from the result.

The writer's client is obstore, the auditor's pyarrow. Neither reads a URL, a variable or a profile for itself.
"""

from waybill_common.lake_location.patience import GivenUp
from waybill_common.lake_location.patience import patiently
from waybill_common.lake_location.resolve import S3
from waybill_common.lake_location.resolve import LakeLocation
from waybill_common.lake_location.resolve import here
from waybill_common.lake_location.resolve import pinned
from waybill_common.lake_location.store_causes import StoreCause
from waybill_common.lake_location.store_causes import cause_of
from waybill_common.lake_location.store_errors import judged
from waybill_common.lake_location.store_errors import lake_failure
from waybill_common.lake_location.store_keys import Credentials
from waybill_common.lake_location.store_keys import Keys

# fmt: off
__all__ = [
    "S3", "Credentials", "GivenUp", "Keys", "LakeLocation", "StoreCause", "cause_of", "here", "judged",
    "lake_failure", "patiently", "pinned",
]
