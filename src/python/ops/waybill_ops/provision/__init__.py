"""What a stream needs before its first record: three topics, and a folder or bucket. Making them twice is safe."""

from waybill_ops.provision.lake import provide_lake
from waybill_ops.provision.part import ProvisionedPart
from waybill_ops.provision.stream_topics import provide_topics

__all__ = ["ProvisionedPart", "provide_lake", "provide_topics"]
