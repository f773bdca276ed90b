"""What a child process is told: the settings that it uses, and no secret of the others."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from waybill_common.settings.given_registries import of_a_registry
from waybill_common.settings.setting_names import PREFIX, known, setting_of
from waybill_common.settings.uses import uses
from waybill_common.stream_variables import of_a_stream

_OF_ALL = ("log", "security")


def with_settings(environ: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """``environ`` without the variables of other settings than ``names``, fields or whole sections."""
    wanted = {*uses(*names), *uses(*_OF_ALL)}
    of_stream = any(name.startswith("stream.") for name in wanted)
    of_registry = any(name.startswith("registry.") for name in wanted)
    return {
        variable: text
        for variable, text in environ.items()
        if not variable.upper().startswith(PREFIX)
        or setting_of(variable) in wanted
        or (
            _is_no_setting(variable)
            and (of_stream or of_a_stream(variable.upper()) is None)
            and (of_registry or of_a_registry(variable.upper()) is None)
        )
    }


def machine_environment() -> dict[str, str]:
    """This process's own environment without any setting, for programs of the machine such as Java.

    They are started deep below a command line, so this, besides the programs' ``cli`` modules, reads it.
    """
    return {name: text for name, text in os.environ.items() if not name.upper().startswith(PREFIX)}


@contextmanager
def without_settings() -> Iterator[None]:
    """For the block, this process's own environment has no setting: of what is started in it, none inherits any."""
    before = dict(os.environ)
    for name in before.keys() - machine_environment().keys():
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(before)


def blank_settings() -> dict[str, str]:
    """Each setting of this process's environment without its value, for children that inherit another's."""
    return {name: "" for name in os.environ if name.upper().startswith(PREFIX)}


def _is_no_setting(variable: str) -> bool:
    """Such as ``WAYBILL_CONFIG``. What nobody knows the parent has refused."""
    return setting_of(variable) not in known()
