"""``waybill submit`` of the built bundle, as its documentation says to run it."""

from __future__ import annotations

from waybill_bench.world import World


def submit_command(world: World, *flags: str, cores: int = 2) -> tuple[str, ...]:
    """Everything but the application's own arguments. Settings are the environment's, see ``World.settings``."""
    places = world.places
    return (
        *(str(places.artifact("waybill.pex")), "submit"),
        *("--bundle", str(places.artifact("spark_app.zip")), "--master", f"local[{cores}]"),
        *("--jars-dir", str(places.cache.absolute()), "--conf", "spark.ui.enabled=false", *flags),
    )
