"""The flags that name a Spark and a bundle, and what every run of them shares."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from waybill_common.flag_types import path_of, refused, said
from waybill_common.jars import fetch_jars, read_jar_manifest
from waybill_common.java_home import find_java
from waybill_common.spark_master import LOCAL_IP, listening_conf
from waybill_ops.submission.cache import Cache
from waybill_ops.submission.classes import ClassArchive, class_archive
from waybill_ops.submission.command import Submission
from waybill_ops.submission.jvm_defaults import conf_folder, jvm_defaults, spark_defaults
from waybill_ops.submission.listening import listening_environment, warn_of_strangers
from waybill_ops.submission.spark_bundle import Bundle, open_bundle
from waybill_ops.submission.spark_home import find_spark
from waybill_ops.submission.temporary import options_for_temporary
from waybill_ops.submission.user_options import options_for_user

DEFAULT_MASTER = "local[*,4]"
"""A task that fails is tried as often as on a cluster: on ``local[*]`` a worker that is killed ends the run."""


@dataclass(frozen=True)
class Ready:
    """Everything that a run needs, found and checked."""

    spark_home: Path
    java: Path
    master: str
    bundle: Bundle
    jars: tuple[Path, ...]
    conf: tuple[str, ...]
    classes: ClassArchive
    conf_folder: Path
    listening: Mapping[str, str]
    listening_environment: Mapping[str, str]
    machine_options: tuple[str, ...] = ()

    @property
    def environment(self) -> dict[str, str]:
        """What spark-submit needs besides the caller's. The Java that was checked runs, whatever is on the PATH."""
        java_home = str(self.java.resolve().parent.parent)
        return {"SPARK_HOME": str(self.spark_home), "JAVA_HOME": java_home, **self.listening_environment}

    def submission(
        self, stop_file: Path, arguments: tuple[str, ...] = (), *, keep_classes: bool = False
    ) -> Submission:
        """With ``keep_classes`` the run makes the archive of classes; the caller has to ``finish`` it.

        Raises ``SettingsRefused`` where that can't be.
        """
        classes = self.classes.make(self.conf_folder) if keep_classes else self.classes.use()
        given = jvm_defaults(self.conf_folder)
        return Submission(
            spark_home=self.spark_home,
            master=self.master,
            bundle=self.bundle,
            jars=self.jars,
            conf=self.conf,
            stop_file=stop_file,
            arguments=arguments,
            driver_options=(*given.driver, *self.machine_options, *classes),
            executor_options=given.executor,
            listening=self.listening,
        )


def add_spark_flags(parser: ArgumentParser, *, is_needed: bool = True) -> None:
    """``is_needed``: Spark is the only engine. Else a flag that was not given is None, or an empty list."""
    parser.add_argument(
        "--bundle", type=path_of, required=is_needed, metavar="ZIP", help="spark_app.zip, or it unpacked"
    )
    parser.add_argument("--master", type=said, help=f"Spark's master (default: {DEFAULT_MASTER})")
    parser.add_argument(
        "--spark-home", type=said, metavar="DIR", help="default: SPARK_HOME, spark-submit on PATH, pyspark"
    )
    parser.add_argument(
        "--jars-dir", type=path_of, metavar="DIR", help="where jars are kept (default: the cache folder)"
    )
    parser.add_argument(
        "--conf",
        action="append",
        default=[],
        type=_pair,
        metavar="KEY=VALUE",
        help="Spark's, as often as needed",
    )


def make_ready(flags: Namespace, environ: Mapping[str, str], cache: Cache) -> Ready:
    """Raises ``EnvironmentMissing``, ``JarMismatch``, ``ServiceNotReady`` and ``SettingsRefused``."""
    java = find_java(environ.get("JAVA_HOME"), environ.get("PATH"))
    spark_home = find_spark(flags.spark_home, environ.get("SPARK_HOME"), environ.get("PATH"))
    bundle = open_bundle(flags.bundle, lambda: cache.part("bundles"))
    jars_dir = (flags.jars_dir or cache.part("jars")).absolute()
    jars = fetch_jars(read_jar_manifest(bundle.jars), jars_dir, java=java, spark_home=spark_home)
    classes = class_archive(cache.kept and cache.kept / "classes", java, spark_home)
    conf = conf_folder(spark_home, environ)
    given = {**spark_defaults(conf), **dict(pair.split("=", 1) for pair in flags.conf)}
    master = flags.master or DEFAULT_MASTER
    warn_of_strangers(master, given)
    return Ready(
        spark_home=spark_home,
        java=java,
        master=master,
        bundle=bundle,
        jars=jars,
        conf=tuple(flags.conf),
        classes=classes,
        conf_folder=conf,
        listening=listening_conf(master, given, environ.get(LOCAL_IP)),
        listening_environment=listening_environment(master, environ),
        machine_options=(*options_for_temporary(environ), *options_for_user(cache, environ)),
    )


def _pair(text: str) -> str:
    if not re.fullmatch(r"[^=\s]+=.*", text):
        # Of what may be a key and its secret only the key is shown.
        key = re.match(r"\w+\.[\w.]*", text)
        raise refused(f"{key[0] if key else ''}…", "KEY=VALUE, such as spark.executor.memory=2g")
    return text
