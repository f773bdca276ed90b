"""Every property of the installed librdkafka is sorted in: it means something to Java, or a reason says why not."""

from __future__ import annotations

import ctypes
import re
from pathlib import Path

import confluent_kafka
import pytest

from waybill_common.errors import SettingsRefused
from waybill_common.kafka import librdkafka_config, spark_options
from waybill_common.kafka.client_config import Properties
from waybill_common.kafka.properties import (
    LOADS_CODE,
    NOT_IN_JAVA,
    OF_A_COMMAND,
    OF_CODE,
    RESERVED,
    SAME,
    TRANSLATED,
    TUNING,
)
from waybill_common.settings import KafkaSettings

CLASSES = {
    "reserved": frozenset(RESERVED),
    "of code": OF_CODE,
    "same": frozenset(SAME),
    "translated": TRANSLATED,
    "not in Java": frozenset(NOT_IN_JAVA),
    "tuning": TUNING,
}
OF_CONFLUENT = {"default.topic.config", "logger", "oauth_cb", "on_commit", "on_delivery"}
"""What confluent-kafka takes itself."""
HIDDEN = {"enable_sasl_queue"}


def properties_of_librdkafka(folder: Path) -> set[str]:
    """As librdkafka itself prints them, in the form of its CONFIGURATION.md."""
    root = Path(confluent_kafka.__file__).parents[1]
    [library] = (root / "confluent_kafka.libs").glob("librdkafka*")
    rdkafka, libc = ctypes.CDLL(str(library)), ctypes.CDLL(None)
    libc.fopen.restype = ctypes.c_void_p
    libc.fclose.argtypes = rdkafka.rd_kafka_conf_properties_show.argtypes = [ctypes.c_void_p]
    page = folder / "properties.md"
    stream = libc.fopen(str(page).encode(), b"w")
    rdkafka.rd_kafka_conf_properties_show(stream)
    libc.fclose(stream)
    return set(re.findall(r"^([a-z][a-z0-9._]+) +\|", page.read_text(), re.MULTILINE))


def test_each_property_of_librdkafka_is_in_exactly_one_class(tmp_path: Path) -> None:
    found = properties_of_librdkafka(tmp_path)
    assert len(found) > 150
    for name in sorted(found | OF_CONFLUENT | HIDDEN):
        assert len([kind for kind, names in CLASSES.items() if name in names]) == 1, name


def test_no_class_has_a_property_that_librdkafka_lacks(tmp_path: Path) -> None:
    assert set().union(*CLASSES.values()) - properties_of_librdkafka(tmp_path) == OF_CONFLUENT | HIDDEN


@pytest.mark.parametrize("name", sorted(NOT_IN_JAVA))
def test_what_java_cannot_be_told_is_refused_by_name_without_a_secret(name: str) -> None:
    settings = KafkaSettings.model_validate({"secrets": {name: "hush"}})
    with pytest.raises(SettingsRefused) as raised:
        spark_options(settings)
    assert name in raised.value.found
    assert "hush" not in str(raised.value)


@pytest.mark.parametrize("name", sorted(OF_CODE))
def test_what_only_a_program_can_set_is_refused_for_every_client(name: str) -> None:
    with pytest.raises(SettingsRefused, match=re.escape(name)):
        librdkafka_config(KafkaSettings(properties={name: "print"}))


@pytest.mark.parametrize("name", sorted(TUNING))
def test_tuning_stays_with_librdkafka(name: str) -> None:
    options = spark_options(KafkaSettings(properties={name: "1"}))
    assert options.keys() == spark_options(KafkaSettings()).keys()


@pytest.mark.parametrize("name", sorted(LOADS_CODE))
@pytest.mark.parametrize("table", ["properties", "secrets"])
def test_what_loads_code_is_refused_unless_a_setting_allows_it(name: str, table: str) -> None:
    settings = {table: {name: "/tmp/evil.so"}}  # noqa: S108  # nobody opens it
    with pytest.raises(SettingsRefused, match=re.escape(name)) as raised:
        librdkafka_config(KafkaSettings.model_validate(settings))
    assert "kafka.allow_code" in raised.value.remedy
    assert "evil" not in str(raised.value)
    allowed = librdkafka_config(KafkaSettings.model_validate({**settings, "allow_code": True}))
    assert allowed[name] == "/tmp/evil.so"  # noqa: S108  # nobody opens it
    with pytest.raises(SettingsRefused, match=re.escape(name)):
        spark_options(KafkaSettings.model_validate({**settings, "allow_code": True}))


@pytest.mark.parametrize("name", sorted(OF_A_COMMAND))
@pytest.mark.parametrize(
    "value", ["x; touch /y", "$(id)", "`id`", "a b", 'a"b', "a|b", "-XX509_user_identity=PKCS11:/tmp/evil.so"]
)
def test_what_goes_into_a_shells_command_has_nothing_for_a_shell(name: str, value: str) -> None:
    with pytest.raises(SettingsRefused, match=re.escape(name)):
        librdkafka_config(KafkaSettings(properties={name: value}))
    good = "waybill/host.example@EXAMPLE.ORG"
    assert librdkafka_config(KafkaSettings(properties={name: good}))[name] == good


def test_nothing_of_librdkafkas_that_names_code_or_a_command_is_left_out(tmp_path: Path) -> None:
    """A name that sounds like one, in whatever release of librdkafka is installed next."""
    sounds = re.compile(r"plugin|engine|provider|\bcmd|command|library|exec")
    found = {name for name in properties_of_librdkafka(tmp_path) if sounds.search(name)}
    assert found <= LOADS_CODE | OF_CODE


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sasl.oauthbearer.config", "principal=me password=hunter2-S3cr3t"),
        ("sasl.oauthbearer.extensions", "access_token = hunter2-S3cr3t "),
        ("sasl.kerberos.principal", "https://me:hunter2-S3cr3t%40host"),
    ],
)
def test_a_secret_inside_of_a_propertys_value_is_not_shown(name: str, value: str) -> None:
    assert Properties(KafkaSettings(properties={name: value})).shown(name) == f"kafka.properties sets {name}"
