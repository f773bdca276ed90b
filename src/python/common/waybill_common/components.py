"""Components that are looked up by name: who asks for one imports nothing of it until then, and may be without it."""

from __future__ import annotations

import importlib
from types import ModuleType

from waybill_common.errors import EnvironmentMissing


def module_of(name: str, command: str, *, beside: str) -> ModuleType:
    """The module ``name``, which ``command`` is in. Raises ``EnvironmentMissing`` where its component is not installed
    ``beside`` that wheel.
    """
    package = name.partition(".")[0]
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != package:
            raise
        raise EnvironmentMissing(
            f"`{command}` is not here: this Python has no {package}.",
            allowed="waybill.pex, or an environment with the wheel of the same release.",
            remedy=f"run waybill.pex, or install {package.replace('_', '-')} beside {beside}.",
        ) from error
