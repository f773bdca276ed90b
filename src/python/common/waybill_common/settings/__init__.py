"""Settings: one tree for the whole pipeline, from flags, ``WAYBILL_…`` variables and ``waybill.toml``."""

from waybill_common.settings.files import UnreadableFile
from waybill_common.settings.files import as_text
from waybill_common.settings.files import read_small
from waybill_common.settings.flags import UNKNOWN
from waybill_common.settings.flags import add_settings_flags
from waybill_common.settings.flags import as_variables
from waybill_common.settings.flags import as_words
from waybill_common.settings.flags import idle_flags
from waybill_common.settings.kafka_sections import KafkaSettings
from waybill_common.settings.kafka_sections import RegistrySettings
from waybill_common.settings.kafka_sections import StreamSettings
from waybill_common.settings.lake_sections import LakeSettings
from waybill_common.settings.loading import load_settings
from waybill_common.settings.sections import DeliverySettings
from waybill_common.settings.sections import LogSettings
from waybill_common.settings.sections import ProducerSettings
from waybill_common.settings.sections import PseudonymSettings
from waybill_common.settings.sections import SourceSettings
from waybill_common.settings.setting_names import nearest
from waybill_common.settings.tree import Settings
from waybill_common.settings.uses import CREATION
from waybill_common.settings.uses import DELIVERING
from waybill_common.settings.uses import READING
from waybill_common.settings.uses import SENDING
from waybill_common.settings.uses import uses

# fmt: off
__all__ = [
    "CREATION", "DELIVERING", "READING", "SENDING", "UNKNOWN", "DeliverySettings", "KafkaSettings",
    "LakeSettings", "LogSettings", "ProducerSettings", "PseudonymSettings", "RegistrySettings", "Settings",
    "SourceSettings", "StreamSettings", "UnreadableFile", "add_settings_flags", "as_text", "as_variables",
    "as_words", "idle_flags", "load_settings", "nearest", "read_small", "uses",
]
