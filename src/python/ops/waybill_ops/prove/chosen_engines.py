"""Which engines a proof is about: those that were named, else those that are here."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog

from waybill_common.errors import EnvironmentMissing
from waybill_common.flag_types import refused
from waybill_common.java_home import on_path
from waybill_ops import later
from waybill_ops.engine import Engine, check_flags
from waybill_ops.submission import Cache, Ready, has_spark, make_ready


@dataclass(frozen=True)
class ChosenEngines:
    """``engines`` take turns; ``spark`` is ready where it is one of them. ``left_out`` says why another one is not."""

    engines: tuple[Engine, ...]
    spark: Ready | None = None
    left_out: Mapping[Engine, str] = field(default_factory=dict)


def engines_of(text: str) -> tuple[Engine, ...]:
    """For a flag. In the order in which they take turns, whatever the text's is."""
    try:
        named = {Engine(word) for word in text.split(",")}
    except ValueError:
        raise refused(text, f"a list of {','.join(Engine)}") from None
    return tuple(one for one in Engine if one in named)


def choose_engines(flags: Namespace, environ: Mapping[str, str], cache: Cache) -> ChosenEngines:
    """Raises ``SettingsRefused``, and as ``make_ready`` and ``later.command`` do for an engine that can't be used.

    An engine that was not named, and is not here, is left out. A Java or Spark that is here and of no use is told.
    """
    asked = flags.engines or (tuple(Engine) if flags.bundle else (Engine.LOCAL,))
    check_flags(flags, asked)
    left_out = {} if flags.engines else _not_here(flags, environ)
    engines = tuple(one for one in asked if one not in left_out)
    if not engines:
        raise EnvironmentMissing(
            f"There is no engine. {' '.join(left_out.values())}",
            allowed="the local engine; or Spark with Java and a bundle; or both.",
            remedy="run waybill.pex, which has the local engine, or install what is missing.",
        )
    for engine, why in left_out.items():
        structlog.get_logger().warning("engine_left_out", engine=engine, why=why)
    if Engine.LOCAL in engines:
        later.command("deliver")
    ready = make_ready(flags, environ, cache) if Engine.SPARK in engines else None
    return ChosenEngines(engines, ready, left_out)


def _not_here(flags: Namespace, environ: Mapping[str, str]) -> dict[Engine, str]:
    found = {}
    if not later.is_here("deliver"):
        found[Engine.LOCAL] = "This Python has no waybill_local."
    path = environ.get("PATH")
    if flags.bundle is None:
        found[Engine.SPARK] = "No --bundle was given."
    elif not environ.get("JAVA_HOME") and on_path("java", path) is None:
        found[Engine.SPARK] = "There is no java on PATH, and no JAVA_HOME."
    elif not has_spark(flags.spark_home, environ.get("SPARK_HOME"), path):
        found[Engine.SPARK] = "There is no SPARK_HOME, no spark-submit on PATH and no pyspark in python3.11."
    return found
