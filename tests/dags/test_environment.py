"""What the Variable may set, and which of the worker's variables a program sees."""

from __future__ import annotations

import pytest
from waybill_dags.environment import (
    OF_THE_VARIABLE,
    refused_by_the_variable,
    with_sections,
    worker_environment,
)


@pytest.mark.parametrize(
    "name",
    [
        *("LD_PRELOAD", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONSTARTUP", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"),
        *("_JAVA_OPTIONS", "JAVA_HOME", "SPARK_HOME", "SPARK_CONF_DIR", "SPARK_DIST_CLASSPATH", "HADOOP_CONF_DIR"),
        *("PEX_PATH", "PEX_EXTRA_SYS_PATH", "PEX_INTERPRETER", "PATH", "HOME", "TMPDIR", "BASH_ENV", "IFS"),
        *("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "OPENSSL_CONF", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"),
        *("WAYBILL_CONFIG", "waybill_config", "WAYBILL_STREAMS_FOLDER", "Waybill_Streams_Folder"),
        *("WAYBILL_KAFKA__ALLOW_CODE", "waybill_kafka__allow_code", "WAYBILL_SECURITY__READABLE_FILES"),
        *("WAYBILLING", "", "WAYBILL_LAKE__URL\n", "WAYBILL_LAKE__URL=x;LD_PRELOAD"),
    ],
)  # fmt: skip
def test_what_may_load_code_is_the_workers_to_set(name: str) -> None:
    assert refused_by_the_variable([name, "WAYBILL_LAKE__URL"]) == [name]


@pytest.mark.parametrize(
    "name",
    [
        *("WAYBILL_LAKE__URL", "waybill_lake__url", "WAYBILL_PSEUDONYM__KEY_FILE", "WAYBILL_KAFKA__PROPERTIES"),
        *("WAYBILL_KAFKA__PROPERTIES__CLIENT.ID", "https_proxy", *sorted(OF_THE_VARIABLE)),
    ],
)  # fmt: skip
def test_settings_and_the_short_list_are_the_variables(name: str) -> None:
    assert refused_by_the_variable([name]) == []


def test_airflows_own_settings_and_the_workers_python_are_not_the_programs() -> None:
    worker = {
        "PATH": "/bin",
        "PYTHONPATH": "/x",
        "AIRFLOW__CORE__FERNET_KEY": "hush",
        "AIRFLOW_CONN_OTHER": "hush",
        "_AIRFLOW_WWW_USER_PASSWORD": "hush",
        "AWS_PROFILE": "etl",
    }
    assert worker_environment(worker) == {"PATH": "/bin", "AWS_PROFILE": "etl"}


def test_a_program_sees_the_settings_of_its_sections_and_no_secret_of_another() -> None:
    given = {
        "PATH": "/bin",
        "WAYBILL_CONFIG": "/etc/waybill.toml",
        "WAYBILL_LAKE__URL": "s3://lake",
        "WAYBILL_LAKE__SECRET_ACCESS_KEY_FILE": "/run/secrets/lake",
        "WAYBILL_PSEUDONYM__KEY": "hush",
        "waybill_pseudonym__key_file": "hush",
        "WAYBILL_KAFKA__SECRETS": "hush",
        "WAYBILL_KAFKA__SECRETS__SASL.PASSWORD": "hush",
        "WAYBILL_LOG__LEVEL": "info",
        "WAYBILL_SECURITY__READABLE_FILES": "true",
    }
    assert set(with_sections(given, ("stream", "lake"))) == {
        "PATH",
        "WAYBILL_CONFIG",
        "WAYBILL_LAKE__URL",
        "WAYBILL_LAKE__SECRET_ACCESS_KEY_FILE",
        "WAYBILL_LOG__LEVEL",
        "WAYBILL_SECURITY__READABLE_FILES",
    }


def test_registries_go_where_the_registry_goes() -> None:
    given = {"WAYBILL_REGISTRY__URL": "http://one", "WAYBILL_REGISTRIES__EU__URL": "http://two"}
    assert with_sections(given, ("stream", "registry")) == given
    assert with_sections(given, ("stream", "kafka")) == {}


STREAMS = {
    "WAYBILL_STREAMS__ORDERS__TOPIC": "orders_v2",
    "WAYBILL_STREAMS__ORDERS__START": "latest",
    "waybill_streams__orders__dataset": "orders_2",
    "WAYBILL_STREAMS__ORDERS_EU__DATASET": "eu",
    "WAYBILL_STREAMS__ORDERS_EU__SOURCE__TOKEN": "hush",
    "WAYBILL_STREAMS__ORDERS_EU__START": "earliest",
}


@pytest.mark.parametrize(
    ("sections", "stream", "kept_back"),
    [
        (("stream", "lake"), None, set()),
        (
            ("stream",),
            "orders",
            {"WAYBILL_STREAMS__ORDERS_EU__SOURCE__TOKEN", "WAYBILL_STREAMS__ORDERS_EU__START"},
        ),
        (("stream",), "orders_eu", {"WAYBILL_STREAMS__ORDERS__START"}),
        (("lake",), "orders", set(STREAMS)),
    ],
    ids=["of no stream", "of one", "of another", "of none at all"],
)
def test_a_program_sees_its_streams_settings_and_of_others_what_they_may_not_share(
    sections: tuple[str, ...], stream: str | None, kept_back: set[str]
) -> None:
    assert set(STREAMS) - set(with_sections(STREAMS, sections, stream)) == kept_back
