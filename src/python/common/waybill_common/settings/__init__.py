"""Settings: one tree for the whole pipeline, from flags, ``WAYBILL_…`` variables and ``waybill.toml``."""

from __future__ import annotations

from waybill_common.settings.flags import add_settings_flags
from waybill_common.settings.flags import as_variables
from waybill_common.settings.kafka_sections import KafkaSettings
from waybill_common.settings.kafka_sections import RegistrySettings
from waybill_common.settings.kafka_sections import StreamSettings
from waybill_common.settings.lake_sections import DagsSettings
from waybill_common.settings.lake_sections import LakeSettings
from waybill_common.settings.loading import load_settings
from waybill_common.settings.sections import DeliverySettings
from waybill_common.settings.sections import LogSettings
from waybill_common.settings.sections import ProducerSettings
from waybill_common.settings.sections import PseudonymSettings
from waybill_common.settings.sections import SourceSettings
from waybill_common.settings.tree import Settings

__all__ = [
    "DagsSettings",
    "DeliverySettings",
    "KafkaSettings",
    "LakeSettings",
    "LogSettings",
    "ProducerSettings",
    "PseudonymSettings",
    "RegistrySettings",
    "Settings",
    "SourceSettings",
    "StreamSettings",
    "add_settings_flags",
    "as_variables",
    "load_settings",
]
