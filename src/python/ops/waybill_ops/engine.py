"""The engines that a command may choose from, and the flags that belong to one of them alone."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from enum import StrEnum

from waybill_common.errors import SettingsRefused
from waybill_common.flag_types import refused
from waybill_common.settings import DELIVERING, DELIVERING_HERE, as_words

OF_SPARK = ("bundle", "master", "spark_home", "jars_dir", "conf")
"""Flags that name a Spark and a bundle, by argparse's names."""

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


def check_flags(flags: Namespace, engines: Sequence[Engine], of_spark: Sequence[str] = OF_SPARK) -> None:
    """Raises ``SettingsRefused`` for a flag that only another engine knows, and where Spark has no bundle."""
    words = [word.partition("=")[0] for word in as_words(flags)]
    known_by = {
        Engine.SPARK: [f"--{name.replace('_', '-')}" for name in of_spark if getattr(flags, name)],
        Engine.LOCAL: [word for word in words if word[2:].replace("-", "_") in OF_THIS_MACHINE],
    }
    for engine, given in known_by.items():
        if given and engine not in engines:
            raise SettingsRefused(
                f"{given[0]} was given, and the engine is {' and '.join(engines)}.",
                allowed=f"{given[0]} where the engine is {engine}.",
                remedy=f"leave {given[0]} out, or choose another engine.",
            )
    if Engine.SPARK in engines and flags.bundle is None:
        raise SettingsRefused(
            f"--bundle was not given, and the engine is {' and '.join(engines)}.",
            allowed="--bundle with spark_app.zip, or it unpacked; the engine local needs none.",
            remedy="name it, or choose the other engine.",
        )
