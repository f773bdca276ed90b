"""The operator's patch: a Python file with ``def mend(event: dict) -> dict | None``."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from waybill_common.errors import DeadLettersRefused

Event = dict[str, Any]


@dataclass(frozen=True)
class Patch:
    """``sha256`` is that of the very bytes that were executed."""

    path: Path
    sha256: str
    mend: Callable[[Event], Event | None]


def load_patch(path: Path) -> Patch:
    """Executes the file. Raises ``DeadLettersRefused`` where that fails or there is no ``mend`` in it."""
    try:
        source = path.read_bytes()
    except OSError as error:
        raise _refused(f"{path} can't be read: {error.strerror}") from error
    module = ModuleType("waybill_patch")
    module.__file__ = str(path)
    try:
        exec(compile(source, path, "exec"), module.__dict__)  # noqa: S102  # the operator names this program
    except Exception as error:
        raise _refused(f"{path} fails when it is loaded: {error!r}") from error
    mend = getattr(module, "mend", None)
    if not callable(mend):
        raise _refused(f"{path} defines no function mend")
    return Patch(path, hashlib.sha256(source).hexdigest(), mend)


def _refused(found: str) -> DeadLettersRefused:
    return DeadLettersRefused(
        f"{found}.",
        allowed="a Python file with `def mend(event: dict) -> dict | None`; None leaves the dead letter open.",
        remedy="correct the patch, and try it with a dry run; nothing was sent.",
    )
