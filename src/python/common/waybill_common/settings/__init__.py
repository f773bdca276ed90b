"""Settings: one tree for the whole pipeline, from flags, ``WAYBILL_…`` variables and ``waybill.toml``."""

from waybill_common.settings.childs_settings import (
    blank_settings,
    machine_environment,
    with_settings,
    without_settings,
)
from waybill_common.settings.files import UnreadableFile, as_text, read_judged, read_small
from waybill_common.settings.flags import (
    UNKNOWN,
    add_settings_flags,
    as_variables,
    as_words,
    idle_flags,
    sections_of,
)
from waybill_common.settings.kafka_sections import KafkaSettings, RegistrySettings, StreamSettings
from waybill_common.settings.lake_sections import LakeSettings
from waybill_common.settings.loading import load_settings
from waybill_common.settings.refused_values import is_secret_property, secrets_in
from waybill_common.settings.sections import (
    SPLIT_BYTES,
    WINDOW_PAST,
    DeliverySettings,
    LogSettings,
    ProducerSettings,
    PseudonymSettings,
    SourceSettings,
    StatusSettings,
)
from waybill_common.settings.security_section import SecuritySettings
from waybill_common.settings.setting_names import named, nearest
from waybill_common.settings.tree import Settings
from waybill_common.settings.uses import CREATION, DELIVERING, DELIVERING_HERE, READING, SENDING, uses

# fmt: off
__all__ = [
    "CREATION", "DELIVERING", "DELIVERING_HERE", "READING", "SENDING", "SPLIT_BYTES", "UNKNOWN", "WINDOW_PAST",
    "DeliverySettings", "KafkaSettings", "LakeSettings", "LogSettings", "ProducerSettings", "PseudonymSettings",
    "RegistrySettings", "SecuritySettings", "Settings", "SourceSettings", "StatusSettings",
    "StreamSettings", "UnreadableFile",
    "add_settings_flags", "as_text", "as_variables", "as_words", "blank_settings", "idle_flags",
    "is_secret_property", "load_settings", "machine_environment", "named", "nearest", "read_judged",
    "read_small", "secrets_in", "sections_of", "uses", "with_settings", "without_settings",
]
