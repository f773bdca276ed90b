"""The engines that a command may choose from, and the flags that belong to one of them alone."""

from __future__ import annotations

from argparse import Namespace
from enum import StrEnum

from waybill_common.errors import SettingsRefused
from waybill_common.flag_types import refused
from waybill_common.settings import DELIVERING, DELIVERING_HERE, as_words

OF_SPARK = ("bundle", "master", "spark_home", "jars_dir", "conf", "print", "keep_classes", "json")
"""Flags of ``submit`` that mean nothing without Spark, by argparse's names."""

OF_THIS_MACHINE = frozenset(DELIVERING_HERE) - frozenset(DELIVERING)
"""Settings of the local engine alone."""


class Engine(StrEnum):
    """What carries the splits of a commit."""

    LOCAL = "local"
    SPARK = "spark"


def engine_of(text: str) -> Engine:
    """For a flag."""
    try:
        return Engine(text)
    except ValueError:
        raise refused(text, f"one of {', '.join(Engine)}") from None


def check_flags(flags: Namespace, engine: Engine) -> None:
    """Raises ``SettingsRefused`` for a flag that only the other engine knows, and where Spark has no bundle."""
    if engine is Engine.LOCAL:
        if strange := [f"--{name.replace('_', '-')}" for name in OF_SPARK if getattr(flags, name)]:
            raise _of_the_other(strange[0], engine, Engine.SPARK)
        return
    words = [word.partition("=")[0] for word in as_words(flags)]
    if strange := [word for word in words if word[2:].replace("-", "_") in OF_THIS_MACHINE]:
        raise _of_the_other(strange[0], engine, Engine.LOCAL)
    if flags.bundle is None:
        raise SettingsRefused(
            "--bundle was not given, and the engine is spark.",
            allowed="--bundle with spark_app.zip, or it unpacked; or --engine=local, which needs neither.",
            remedy="name one of the two.",
        )


def _of_the_other(flag: str, engine: Engine, other: Engine) -> SettingsRefused:
    return SettingsRefused(
        f"{flag} was given, and the engine is {engine}.",
        allowed=f"{flag} with --engine={other} alone.",
        remedy=f"leave {flag} out, or choose the other engine.",
    )
