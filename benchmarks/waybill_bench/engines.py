"""Waybill's engines as their documentation says to run them: the shipped tool, and the shipped bundle."""

from __future__ import annotations

from waybill_bench.world import World


def submit_command(world: World, *flags: str, cores: int = 2) -> tuple[str, ...]:
    """``waybill submit``: everything but the application's own arguments.

    Settings are the environment's, see ``World.settings``.
    """
    places = world.places
    return (
        *(str(places.artifact("waybill.pex")), "submit"),
        *("--bundle", str(places.artifact("spark_app.zip")), "--master", f"local[{cores}]"),
        *("--jars-dir", str(places.cache.absolute()), "--conf", "spark.ui.enabled=false", *flags),
    )


def local_command(world: World) -> tuple[str, ...]:
    """``waybill deliver``, with settings from the environment."""
    return (str(world.places.artifact("waybill.pex")), "deliver")
