"""Each verb with a secret in each setting, also where it fails: none is in its output, a child, the lake or a file."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from seeded_secrets import as_files, as_values, seeds, told_below, told_in

from waybill_common.jars import read_jar_manifest
from waybill_common.settings.setting_names import is_secret, known
from waybill_console import console_command
from waybill_ops.cli import main
from waybill_ops.commands import prove
from waybill_producer.cli import main as producer

FOUND = seeds()
SEED = FOUND["pseudonym.key"]
OF_DELIVERIES = ("kafka.", "lake.", "registry.")
JAR = b"a jar"
STUB = """#!/bin/sh
cat /proc/$$/environ > {seen}/$$.environ
cat /proc/$$/cmdline > {seen}/$$.cmdline
{more}
"""


@pytest.fixture
def away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own with a lake, temporary files, and Java and Spark that note what they are started with."""
    for name in ("lake", "temporary", "seen", "spark/jars", "spark/bin", "java/bin", "bundle"):
        (tmp_path / name).mkdir(parents=True)
    tmp_path.chmod(0o700)
    stubs = {"java/bin/java": "echo 'openjdk version \"17.0.15\"' >&2", "spark/bin/spark-submit": "exit 33"}
    for name, more in stubs.items():
        (tmp_path / name).write_text(STUB.format(seen=tmp_path / "seen", more=more))
        (tmp_path / name).chmod(0o755)
    (tmp_path / "spark/jars/spark-core_2.13-4.2.0.jar").touch()
    for part in ("spark_app.pex", "launcher.py"):
        (tmp_path / "bundle" / part).touch()
    jar = {"coordinate": "g:a:1", "file": "a-1.jar", "sha256": hashlib.sha256(JAR).hexdigest()}
    manifest = tmp_path / "bundle/jars.json"
    manifest.write_text(json.dumps({"name": "spark_kafka", "roots": ["g:a:1"], "jars": [jar]}))
    kept = tmp_path / "cache/waybill/jars" / read_jar_manifest(manifest).folder
    kept.mkdir(parents=True)
    (kept / "a-1.jar").write_bytes(JAR)
    for name in [one for one in os.environ if one.startswith("WAYBILL_")]:
        monkeypatch.delenv(name)
    machine = {"JAVA_HOME": "java", "SPARK_HOME": "spark", "XDG_CACHE_HOME": "cache", "TMPDIR": "temporary"}
    for name, folder in machine.items():
        monkeypatch.setenv(name, str(tmp_path / folder))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def give(variables: Mapping[str, str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in variables.items():
        monkeypatch.setenv(name, text)
    monkeypatch.setenv("WAYBILL_KAFKA__BOOTSTRAP_SERVERS", "127.0.0.1:1")
    monkeypatch.setenv("WAYBILL_KAFKA__TIMEOUT", "0.3")
    monkeypatch.setenv("WAYBILL_SOURCE__URL", "http://127.0.0.1:1/")
    monkeypatch.setenv("WAYBILL_SOURCE__ATTEMPTS", "1")
    monkeypatch.setenv("WAYBILL_LAKE__URL", str(folder / "lake"))
    monkeypatch.setenv("WAYBILL_DAGS__URL", str(folder / "dags"))
    monkeypatch.setenv("WAYBILL_LOG__LEVEL", "debug")


def check(folder: Path, output: str) -> None:
    """That neither output nor files have a secret, and children those alone that a delivery needs."""
    assert told_in(output.encode(), FOUND) == []
    for path in (folder / "seen").iterdir():
        is_delivery = b"spark-submit" in path.with_suffix(".cmdline").read_bytes()
        allowed = OF_DELIVERIES if is_delivery and path.suffix == ".environ" else ()
        assert told_in(path.read_bytes(), FOUND, but=allowed) == [], path
    for path in (folder / "seen").iterdir():
        path.unlink()
    shutil.rmtree(folder / "secrets", ignore_errors=True)
    assert told_below(folder, FOUND) == []


VERBS = [
    "init",
    "verify",
    "report",
    "lag",
    "plan",
    "stream new s --topic t --streams streams",
    "dead-letters list",
    "dead-letters show 0:1",
    "dead-letters export letters.jsonl",
    "dead-letters waive --undo --reason not_json",
    "redrive",
    "submit --bundle bundle",
    "submit --bundle bundle --print --json",
    "submit --bundle bundle --keep-classes",
    "backfill --bundle bundle --from 0:0 --to 0:1",
    "dags list",
    "dags rollback",
    "producer",
]


def run(verb: str, *more: str) -> int:
    words = [*verb.split(), *more]
    return producer(words[1:]) if verb == "producer" else main(words)


def test_every_secret_setting_is_seeded() -> None:
    assert {name.partition(":")[0] for name in FOUND} == {
        name for name, info in known().items() if is_secret(info)
    }
    assert len(set(FOUND.values())) == len(FOUND) > 5


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("how", ["values", "files"])
def test_a_verb_tells_no_secret(
    verb: str, how: str, away: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    give(as_values(FOUND) if how == "values" else as_files(FOUND, away / "secrets"), away, monkeypatch)
    code = run(verb)
    out, err = capfd.readouterr()
    assert code != 2 or "There is no deployment to go back to" in err, err
    if verb.startswith(("submit", "backfill")) and "--print" not in verb:
        assert code == 33
        assert len([path for path in (away / "seen").iterdir() if path.suffix == ".environ"]) >= 2
    check(away, out + err)


WRONG: dict[str, tuple[list[str], dict[str, str], str]] = {
    "properties that are no JSON": ([f"--kafka.properties=sasl.password={SEED}"], {}, ""),
    "properties without quotes": (["--kafka.properties", "{sasl.password:", f"{SEED}}}"], {}, ""),
    "a list of properties": ([], {"WAYBILL_KAFKA__PROPERTIES": f'["{SEED}"]'}, ""),
    "a secret property": ([], {"WAYBILL_KAFKA__PROPERTIES": json.dumps({"sasl.password": SEED})}, ""),
    "secrets that are no JSON": ([], {"WAYBILL_KAFKA__SECRETS": SEED}, ""),
    "a flag nobody knows": (["--pasword", SEED], {}, ""),
    "a setting's flag nobody knows": ([f"--kafka.pasword={SEED}"], {}, ""),
    "a secret's flag": (["--lake.secret-access-key", SEED], {}, ""),
    "a variable nobody knows": ([], {"WAYBILL_KAFKA__PASSWORD": SEED}, ""),
    "a file's name": ([], {"WAYBILL_REGISTRY__PASSWORD": "", "WAYBILL_REGISTRY__PASSWORD_FILE": SEED}, ""),
    "a section nobody knows": ([], {}, f'[sasl]\npassword = "{SEED}"\n'),
    "a key nobody knows": ([], {}, f'[kafka]\npassword = "{SEED}"\n'),
    "a key before any section": ([], {}, f'password = "{SEED}"\n'),
    "no TOML": ([], {}, f"[kafka]\npassword = {SEED}\n"),
    "a user in the lake's address": ([f"--lake.url=s3://me:{SEED}@bucket"], {}, ""),
    "a user in the endpoint": ([f"--lake.endpoint=http://me:{SEED.replace('/', '')}@h"], {}, ""),
    "a user in the API's address": ([], {"WAYBILL_SOURCE__URL": f"http://me:{SEED.replace('/', '')}@h/"}, ""),
    "a user in the registry's": ([], {"WAYBILL_REGISTRY__URL": f"http://{SEED.replace('/', '')}@h/"}, ""),
    "a user among the brokers": ([f"--kafka.bootstrap-servers=me:{SEED}@h:9092"], {}, ""),
}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("verb", ["verify", "submit --bundle bundle", "producer"])
def test_nor_does_one_that_is_told_something_wrong(
    verb: str,
    wrong: str,
    away: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    flags, variables, text = WRONG[wrong]
    give(as_values(FOUND), away, monkeypatch)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    if text:
        (away / "waybill.toml").write_text(text)
    assert run(verb, *flags) == 2
    out, err = capfd.readouterr()
    (away / "waybill.toml").unlink(missing_ok=True)
    assert SEED.replace("/", "") not in out + err
    check(away, out + err)


@pytest.mark.parametrize("proxy", ["HTTP_PROXY", "ALL_PROXY"])
def test_a_proxys_password_is_told_by_none(
    proxy: str, away: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A proxy has no other place for it."""
    password = "proxy7Q8w9"
    give({**as_values(FOUND)}, away, monkeypatch)
    monkeypatch.setenv(proxy, f"http://me:{password}@127.0.0.1:1")
    monkeypatch.setenv("WAYBILL_SOURCE__URL", "http://api.invalid/")
    monkeypatch.setenv("WAYBILL_LAKE__URL", "s3://bucket/x")
    monkeypatch.setenv("WAYBILL_LAKE__ENDPOINT", "http://store.invalid")
    monkeypatch.setenv("WAYBILL_LAKE__ATTEMPTS", "1")
    assert run("producer") != 0
    assert run("report") != 0
    out, err = capfd.readouterr()
    assert password not in out + err
    check(away, out + err)


def test_the_consoles_audit_and_a_proofs_programs_have_their_own_settings_alone(
    away: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(as_values(FOUND), away, monkeypatch)
    seen: list[Mapping[str, str]] = []
    monkeypatch.setattr(console_command, "Verifier", seen.append)
    monkeypatch.setattr(console_command, "serve", lambda _app, bound, _url: bound.close())
    monkeypatch.setattr(console_command, "make_app", lambda *_: None)
    assert main(["console", "--listen=127.0.0.1:0"]) == 0

    class Stopped(Exception):
        pass

    def stop(_plan: Any, _scratch: Any, _ready: Any, env: Mapping[str, str], *_: Any) -> None:
        seen.append(env)
        raise Stopped

    scratch = SimpleNamespace(name="x", prefix=SimpleNamespace(address="y"))
    monkeypatch.setattr(prove, "make_scratch", lambda *_: scratch)
    monkeypatch.setattr(prove, "child_variables", lambda *_: {})
    monkeypatch.setattr(prove, "prove", stop)
    assert main(["prove", "--bundle=bundle"]) == 1  # as of a bug
    assert len(seen) == 2
    for env in seen:
        assert told_in(repr(env).encode(), FOUND, but=OF_DELIVERIES) == []
        assert told_in(repr(env).encode(), FOUND) != []
