"""Each recipe of docs/security.md carries a program to a real server with TLS, and no further without its CA."""

from __future__ import annotations

import base64
import json
import ssl
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from edges.servers import Gate, Pass, Reply, Request, Server, serving
from integration.secured.broker import PASSWORD, Papers, SecuredKafka
from integration.secured.recipes import recipes, secret, written

from waybill_ops.cli import main as waybill
from waybill_producer.cli import main as producer
from waybill_sandbox.api import Simulator
from waybill_sandbox.ports import LOOPBACK
from waybill_sandbox.s3 import ACCESS_KEY, SECRET_KEY, S3Choice, S3Kind, S3Server

CA = "/etc/waybill/ca.pem"


def test_all_recipes_of_the_page_are_run_here() -> None:
    assert set(recipes()) == {"kafka-scram", "kafka-mtls", "s3", "api"}


def server_tls(papers: Papers) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(papers.broker.both)
    return context


@dataclass
class Way:
    """Where a recipe leads, and what it needs besides."""

    file: Path
    env: dict[str, str] = field(default_factory=dict)


@pytest.fixture(params=["kafka-scram", "kafka-mtls"])
def kafka_way(request: pytest.FixtureRequest, secured: SecuredKafka, tmp_path: Path) -> Way:
    papers, ports = secured.papers, secured.ports
    ours = {CA: str(papers.trusted.file)}
    if request.param == "kafka-scram":
        ours |= {"kafka.example:9093": f"{LOOPBACK}:{ports.scram}", '"waybill"': '"ada"'}
        secrets = secret(tmp_path, "kafka", json.dumps({"sasl.password": PASSWORD}))
        return Way(written(request.param, tmp_path, ours), {"WAYBILL_KAFKA__SECRETS_FILE": secrets})
    ours |= {
        "kafka.example:9094": f"{LOOPBACK}:{ports.mtls}",
        "/etc/waybill/waybill.pem": str(papers.client.certificate_file),
        "/etc/waybill/waybill-key.pem": str(papers.client.key_file),
    }
    return Way(written(request.param, tmp_path, ours))


def test_kafka_is_reached_by_its_recipe(
    kafka_way: Way, topic: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in kafka_way.env.items():
        monkeypatch.setenv(name, text)
    flags = (f"--config={kafka_way.file}", f"--stream.topic={topic}", "--kafka.replication-factor=1")
    assert waybill(["init", *flags, f"--lake.url={tmp_path / 'lake'}"]) == 0


@pytest.fixture
def s3_way(secured: SecuredKafka, tmp_path: Path) -> Iterator[Way]:
    moto = S3Choice(S3Kind.MOTO, Path(sys.executable))
    with S3Server(moto, tmp_path, {}) as store:
        gate = Gate(store.endpoint, Pass(key=ACCESS_KEY))
        with serving(gate, server_tls(secured.papers)):
            ours = {
                CA: str(secured.papers.trusted.file),
                "s3.example:9000": f"{LOOPBACK}:{gate.server_port}",
                'access_key_id = "waybill"': f'access_key_id = "{ACCESS_KEY}"',
            }
            key = secret(tmp_path, "s3", SECRET_KEY)
            yield Way(
                written("s3", tmp_path, ours),
                {"WAYBILL_LAKE__SECRET_ACCESS_KEY_FILE": key},
            )


def test_a_lake_is_reached_by_its_recipe_and_not_without_the_ca(
    s3_way: Way,
    secured: SecuredKafka,
    topic: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """By the writer's client and by the auditor's."""
    for name, text in s3_way.env.items():
        monkeypatch.setenv(name, text)
    flags = (
        f"--config={s3_way.file}",
        f"--stream.topic={topic}",
        f"--kafka.bootstrap-servers={secured.cluster.bootstrap_servers}",
    )
    assert waybill(["init", *flags, "--kafka.replication-factor=1"]) == 0
    assert (
        waybill(["report", "--json", *(one for one in flags if "kafka" not in one and "topic" not in one)])
        == 0
    )
    s3_way.file.write_text(s3_way.file.read_text().replace("ca_file", "# ca_file"))
    assert waybill(["report", f"--config={s3_way.file}", "--lake.attempts=1"]) == 31
    assert "lake.ca_file" in capsys.readouterr().err


class _Api(Gate):
    """TLS in front of the simulator."""

    def __init__(self, to: str) -> None:
        super().__init__(to, Pass())

    def _objection(self, _request: Request) -> str:
        return ""


class _Registry(Server):
    """Gives the contract a number."""

    def answer(self, _request: Request, _body: bytes) -> Reply:
        return Reply(200, b'{"id": 7}', {"Content-Type": "application/json"})


def test_an_api_and_a_registry_are_reached_by_their_recipe_and_not_without_the_ca(
    secured: SecuredKafka,
    simulator: Simulator,
    topic: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    api, registry = _Api(simulator.url), _Registry()
    tls = server_tls(secured.papers)
    with serving(api, tls), serving(registry, tls):
        ours = {
            CA: str(secured.papers.trusted.file),
            "users.example": f"{LOOPBACK}:{api.server_port}",
            "registry.example:8443": f"{LOOPBACK}:{registry.server_port}",
        }
        file = written("api", tmp_path, ours)
        for section in ("SOURCE", "REGISTRY"):
            monkeypatch.setenv(f"WAYBILL_{section}__PASSWORD_FILE", secret(tmp_path, section, "hush"))
        monkeypatch.setenv(
            "WAYBILL_PSEUDONYM__KEY_FILE", secret(tmp_path, "key", "one of this test, long enough 4 it")
        )
        flags = (
            f"--config={file}",
            f"--stream.topic={topic}",
            f"--kafka.bootstrap-servers={secured.cluster.bootstrap_servers}",
            "--kafka.replication-factor=1",
            "--producer.pages=1",
            "--source.results=20",
        )
        assert producer(flags) == 0
        assert json.loads(capsys.readouterr().out.splitlines()[-1])["events"] == 20
        told = f"Basic {base64.b64encode(b'waybill:hush').decode()}"
        assert {one.headers["authorization"] for one in (*api.seen, *registry.seen)} == {told}
        file.write_text(file.read_text().replace("ca_file", "# ca_file", 1))
        assert producer(flags) == 11
        assert "source.ca_file" in capsys.readouterr().err
