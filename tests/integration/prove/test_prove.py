"""``waybill prove`` as an operator runs it: built artifacts, real Kafka, Spark in one process, a lake on the disk."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from integration.artifacts import BOUND_SECONDS, QUICK_START, machine_env, settings_env

from waybill_common.kafka import describe_topic
from waybill_common.settings import KafkaSettings
from waybill_sandbox.kafka import KafkaCluster


def test_a_killed_driver_and_a_race_are_proved_and_nothing_is_left(
    kafka: KafkaCluster, topic: str, artifacts: Path, spark_home: Path, jar_cache: Path, tmp_path: Path
) -> None:
    lake = tmp_path / "lake"
    lake.mkdir()
    env = machine_env(artifacts, spark_home) | settings_env(
        tmp_path,
        bootstrap_servers=kafka.bootstrap_servers,
        topic=topic,
        api="http://127.0.0.1/",
        lake=str(lake),
    )
    command = [str(artifacts / "waybill.pex"), "prove", "--bundle", str(artifacts / "spark_app.zip")]
    command += ["--master", "local[2]", "--jars-dir", str(jar_cache), "--json"]
    command += ["--conf", "spark.ui.enabled=false", "--conf", QUICK_START]
    command += ["--faults", "kill-driver,race", "--rounds", "1", "--events", "1000", "--seed", "7"]
    ended = subprocess.run(
        command, env=env, cwd=tmp_path, capture_output=True, text=True, timeout=3 * BOUND_SECONDS, check=False
    )
    assert ended.returncode == 0, ended.stderr[-5000:]
    told = json.loads(ended.stdout)
    assert (told["verdict"], told["seed"], told["kept"]) == ("proved", 7, False)
    account = told["account"]
    assert (account["rows"], account["dead_letters"]) == (980, 20)
    assert (account["lost"], account["doubled"], account["strange"]) == (0, 0, 0)
    rows = {row["fault"]: row for row in told["faults"]}
    assert {name: row["caused"] for name, row in rows.items()} == {"none": 0, "kill-driver": 1, "race": 1}
    assert (told["engines"], told["left_out"]) == (["local", "spark"], {})
    assert rows["kill-driver"]["codes"]["137"] == 1
    assert told["audit"]["verdict"] == "ok"
    assert [*lake.iterdir()] == []
    settings = KafkaSettings(bootstrap_servers=kafka.bootstrap_servers)
    assert describe_topic(settings, told["topic"]) is None
    assert describe_topic(settings, topic) is None


def test_without_java_the_local_engine_is_proved_alone_and_that_is_said(
    kafka: KafkaCluster, topic: str, artifacts: Path, spark_home: Path, tmp_path: Path
) -> None:
    lake = tmp_path / "lake"
    lake.mkdir()
    env = machine_env(artifacts, spark_home) | settings_env(
        tmp_path,
        bootstrap_servers=kafka.bootstrap_servers,
        topic=topic,
        api="http://127.0.0.1/",
        lake=str(lake),
    )
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    for folder in map(Path, env["PATH"].split(os.pathsep)):
        for program in folder.iterdir() if folder.is_dir() else ():
            if not program.name.startswith("java") and not (bin_folder / program.name).is_symlink():
                (bin_folder / program.name).symlink_to(program)
    command = [str(artifacts / "waybill.pex"), "prove", "--bundle", str(artifacts / "spark_app.zip")]
    command += ["--faults", "kill-driver", "--rounds", "1", "--events", "300", "--seed", "7"]
    ended = subprocess.run(
        command,
        env={name: text for name, text in env.items() if name not in ("JAVA_HOME", "SPARK_HOME")}
        | {"PATH": str(bin_folder)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=BOUND_SECONDS,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-5000:]
    assert "spark was left out: There is no java on PATH, and no JAVA_HOME." in ended.stdout
    assert "verdict: proved, for the engine local alone" in ended.stdout
