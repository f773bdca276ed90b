"""``waybill-sandbox``: real parts on loopback, as long as you like (``up``) or for a demonstration (``demo``).

``api`` serves the API simulator alone.
"""

from __future__ import annotations

import os
import sys
import threading
from argparse import Namespace
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from waybill_common.cli import Parser, run_program
from waybill_common.errors import OK, SettingsRefused
from waybill_common.flag_types import path_of, whole_number
from waybill_common.jars import fetch_jars, read_jar_manifest
from waybill_common.java_home import find_java
from waybill_common.screen import on_stderr
from waybill_common.terminal import say_json
from waybill_common.version import VERSION
from waybill_sandbox.api import Simulator
from waybill_sandbox.api import cli as api_cli
from waybill_sandbox.demo import (
    FAULTS,
    STEPS,
    DemoFolders,
    Narrator,
    Surroundings,
    conclude,
    prepare,
    run_pipeline,
    stay,
)
from waybill_sandbox.kafka import KafkaCluster
from waybill_sandbox.ports import MOST_PORT
from waybill_sandbox.s3 import ACCESS_KEY, REGION, SECRET_KEY, S3Server, choose_server
from waybill_sandbox.stopping import end_on_signals

BUCKET = "waybill"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the sandbox. Exit codes: ``waybill_common.errors``."""
    return run_program("sandbox", lambda: _run(argv))


def _run(argv: Sequence[str] | None) -> int:
    flags = make_parser().parse_args(argv)
    match flags.command:
        case "up":
            return _up(flags, os.environ)
        case "api":
            return api_cli.run(flags)
        case _:
            return _demo(flags, os.environ)


def make_parser() -> Parser:
    parser = Parser(prog="waybill-sandbox", description="Kafka, the API and S3 on this machine alone.")
    parser.add_argument("--version", action="version", version=VERSION)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    up = commands.add_parser("up", help="start everything, print the endpoints as JSON, stay until Ctrl-C")
    up.add_argument(
        "--nodes",
        type=whole_number(1, 3),
        choices=(1, 3),
        default=1,
        help="Kafka nodes, 1 or 3 (default: %(default)s)",
    )
    up.add_argument(
        "--kafka-port",
        type=whole_number(0, MOST_PORT),
        default=0,
        metavar="PORT",
        help="default: any free one",
    )
    up.add_argument(
        "--api-port", type=whole_number(0, MOST_PORT), default=0, metavar="PORT", help="default: any free one"
    )
    api_cli.add_faults(up)
    up.add_argument("--s3", action="store_true", help=f"an S3 server with the bucket {BUCKET} too")
    up.add_argument(
        "--s3-port", type=whole_number(0, MOST_PORT), default=0, metavar="PORT", help="default: any free one"
    )
    up.add_argument("--folder", type=path_of, help="where logs and data go (default: gone at the end)")
    api_cli.add_arguments(commands.add_parser("api", help=api_cli.HELP))
    demo = commands.add_parser("demo", help="run the built artifacts on a sandbox of their own")
    demo.add_argument(
        "--dist", type=path_of, default=Path("dist"), help="the artifacts (default: %(default)s)"
    )
    demo.add_argument(
        "--folder", type=path_of, default=Path(".demo"), help="made anew (default: %(default)s)"
    )
    demo.add_argument(
        "--stay",
        action="store_true",
        help="in the end leave Kafka running, with the console over it, until Ctrl-C",
    )
    for command in (up, demo):
        command.add_argument("--jars", type=path_of, default=Path("3rdparty/jvm/kafka.json"), metavar="FILE")
        command.add_argument("--jar-cache", type=path_of, default=Path(".tools/jars"), metavar="DIR")
        command.add_argument(
            "--spark-home", type=path_of, metavar="DIR", help="default: SPARK_HOME; its Ivy fetches the jars"
        )
    return parser


def _up(flags: Namespace, environ: Mapping[str, str]) -> int:
    plan = api_cli.read_fault_plan(flags.faults)
    end_on_signals()
    with ExitStack() as stack:
        folder = flags.folder or Path(stack.enter_context(TemporaryDirectory(prefix="waybill-sandbox-")))
        kafka = stack.enter_context(_kafka(flags, environ, folder, nodes=flags.nodes, port=flags.kafka_port))
        api = stack.enter_context(Simulator(plan, port=flags.api_port))
        found: dict[str, object] = {
            "kafka": {"bootstrap_servers": kafka.bootstrap_servers, "process_groups": kafka.pids()},
            "api": api_cli.addresses(api),
            "folder": str(folder.absolute()),
        }
        if flags.s3:
            found["s3"] = _s3(stack, flags, environ, folder)
        say_json(found)
        with suppress(KeyboardInterrupt):
            threading.Event().wait()
    return OK


def _demo(flags: Namespace, environ: Mapping[str, str]) -> int:
    end_on_signals()
    screen = on_stderr()
    narrator = Narrator(screen, STEPS + flags.stay)
    folders = DemoFolders(folder=flags.folder, dist=flags.dist)
    prepare(folders)
    java = find_java(environ.get("JAVA_HOME"), environ.get("PATH"))
    with ExitStack() as stack:
        with narrator.step("sandbox: Kafka and the API") as tell:
            kafka = stack.enter_context(_kafka(flags, environ, folders.services, nodes=1, port=0))
            api = stack.enter_context(Simulator(FAULTS))
            tell(f"Kafka at {kafka.bootstrap_servers}, API at {api.url}")
        around = Surroundings(
            bootstrap_servers=kafka.bootstrap_servers,
            api_url=api.url,
            search_path=environ.get("PATH", os.defpath),
            home=environ.get("HOME", str(folders.folder.absolute())),
            java_home=str(java.resolve().parent.parent),
            spark_home=str(_spark_home(flags, environ).absolute()),
            jar_cache=str(flags.jar_cache.absolute()),
        )
        summary = run_pipeline(folders, around, api, narrator)
        conclude(summary, folders, screen)
        say_json({"verdict": summary.verdict, "summary": str(folders.summary)})
        if flags.stay:
            stay(folders, around, narrator)
    return OK


def _kafka(
    flags: Namespace, environ: Mapping[str, str], folder: Path, *, nodes: int, port: int
) -> KafkaCluster:
    java = find_java(environ.get("JAVA_HOME"), environ.get("PATH"))
    manifest = read_jar_manifest(flags.jars)
    jars = fetch_jars(manifest, flags.jar_cache.absolute(), java=java, spark_home=_spark_home(flags, environ))
    return KafkaCluster(jars, java, folder, nodes=nodes, port=port)


def _s3(stack: ExitStack, flags: Namespace, environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    choice = choose_server(environ.get("MINIO_BINARY"), environ.get("PATH", ""))
    own = {name: environ[name] for name in ("PATH", "HOME", "DOCKER_HOST") if name in environ}
    server = stack.enter_context(S3Server(choice, folder, own, port=flags.s3_port))
    server.create_bucket(BUCKET)
    keys = {"access_key_id": ACCESS_KEY, "secret_access_key": SECRET_KEY}
    return {"server": choice.kind, "endpoint": server.endpoint, "bucket": BUCKET, "region": REGION, **keys}


def _spark_home(flags: Namespace, environ: Mapping[str, str]) -> Path:
    given = flags.spark_home or environ.get("SPARK_HOME")
    if not given:
        raise SettingsRefused(
            "Neither --spark-home nor SPARK_HOME is set.",
            allowed="the folder of a Spark 4.2 installation, whose Ivy fetches Kafka's jars.",
            remedy="run `make demo`, which makes one in .tools/spark, or set SPARK_HOME.",
        )
    return Path(given)


if __name__ == "__main__":
    sys.exit(main())
