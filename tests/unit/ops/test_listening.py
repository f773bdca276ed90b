"""A driver for this machine alone listens on loopback alone, and asks who is there; a cluster's is left as it is."""

from __future__ import annotations

import json

import pytest
from unit.ops.test_submit import Machine, machine

from waybill_common.spark_master import on_this_machine
from waybill_spark.driver.spark_session import listening

__all__ = ["machine"]

HERE = [
    "local",
    "local[*]",
    "local[2,4]",
    "local-cluster[2,1,1024]",
    "spark://127.0.0.1:7077",
    "spark://[::1]:7077",
]
ELSEWHERE = [
    "spark://host:7077",
    "spark://a:1,b:2",
    "yarn",
    "k8s://https://127.0.0.1:6443",
    "spark://localhost.example:1",
]
LOOPBACK = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
NAMES = (*LOOPBACK, "spark.authenticate")


@pytest.fixture(autouse=True)
def nobody_has_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPARK_LOCAL_IP", raising=False)


def told(
    machine: Machine, capsys: pytest.CaptureFixture[str], *flags: str
) -> tuple[dict[str, str], str | None]:
    """What spark-submit is told about listeners: configuration, and the variable for the UI."""
    assert machine.submit(*flags, "--print", "--json") == 0
    parts = json.loads(capsys.readouterr().out)
    conf = {name: parts["conf"][name] for name in NAMES if name in parts["conf"]}
    return conf, parts["environment"].get("SPARK_LOCAL_IP")


@pytest.mark.parametrize("master", HERE)
def test_where_all_is_on_this_machine_the_driver_listens_on_loopback(
    master: str, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert on_this_machine(master)
    secret = {"spark.authenticate": "true"} if master in HERE[:3] else {}
    assert told(machine, capsys, "--master", master) == ({**LOOPBACK, **secret}, "127.0.0.1")


@pytest.mark.parametrize("master", ELSEWHERE)
def test_executors_elsewhere_reach_the_driver_as_before(
    master: str, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not on_this_machine(master)
    assert told(machine, capsys, "--master", master) == ({}, None)


def test_the_run_gets_the_variable_too(machine: Machine) -> None:
    machine.spark_submit(f'printf "%s" "$SPARK_LOCAL_IP" > {machine.folder}/seen')
    assert machine.submit() == 0
    assert (machine.folder / "seen").read_text() == "127.0.0.1"


def test_an_address_that_somebody_has_said_stays(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (machine.folder / "spark/conf").mkdir()
    secret = {"spark.authenticate": "true"}
    (machine.folder / "spark/conf/spark-defaults.conf").write_text("spark.driver.host node1\n")
    assert told(machine, capsys) == (secret, "127.0.0.1")
    (machine.folder / "spark/conf/spark-defaults.conf").write_text("spark.authenticate false\n")
    own = {"spark.driver.bindAddress": "0.0.0.0"}  # noqa: S104  # said by a user
    assert told(machine, capsys, "--conf", "spark.driver.bindAddress=0.0.0.0") == (own, "127.0.0.1")
    monkeypatch.setenv("SPARK_LOCAL_IP", "10.0.0.7")
    assert told(machine, capsys) == ({}, None)


@pytest.mark.parametrize(
    ("flags", "warned"),
    [
        (("--master", "spark://host:7077"), True),
        (("--master", "yarn", "--conf", "spark.authenticate=false"), True),
        (("--master", "yarn", "--conf", "spark.authenticate=true"), False),
        (("--master", "local[2]"), False),
    ],
    ids=["nothing said", "switched off", "switched on", "local"],
)
def test_a_cluster_without_authentication_is_one_warning(
    flags: tuple[str, ...], warned: bool, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert machine.submit(*flags) == 0
    assert capsys.readouterr().err.count("spark_without_authentication") == warned


@pytest.mark.parametrize("master", HERE)
def test_a_driver_that_spark_submit_alone_has_started_does_not_open_its_ui_to_all(master: str) -> None:
    given = {"spark.master": master}
    found = listening(given, None)
    assert found | LOOPBACK == found
    assert found["spark.ui.enabled"] == "false"
    assert "spark.ui.enabled" not in listening(given, "127.0.0.1")
    assert "spark.ui.enabled" not in listening({**given, "spark.ui.enabled": "true"}, None)
    assert listening({"spark.master": "yarn"}, None) == {}
