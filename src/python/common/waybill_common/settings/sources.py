"""What flags, variables and the file say, each with its origin, and what is wrong with it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Mapping

from waybill_common.near_names import nearest
from waybill_common.settings import flags as settings_flags
from waybill_common.settings.file_source import from_file
from waybill_common.settings.given_registries import is_file_of, of_a_registry
from waybill_common.settings.given_texts import put_file, put_text
from waybill_common.settings.given_value import STREAM, FromFlag, FromVariable, GivenValue, strength_of
from waybill_common.settings.setting_names import (
    CONFIG_VARIABLE,
    FILE_SUFFIX,
    PREFIX,
    REMOVED,
    entry_of,
    flag_of,
    is_kubernetes,
    is_secret,
    known,
    known_variables,
    variable_of,
)
from waybill_common.settings.tree import FIRST_STREAM
from waybill_common.stream_variables import FOLDER_VARIABLE, of_a_stream


def collect(flags: Namespace, environ: Mapping[str, str]) -> GivenValue:
    """The weakest source first."""
    found = GivenValue()
    from_file(found, flags, environ)
    _from_environment(found, environ)
    _from_flags(found, flags)
    _of_the_stream(found)
    return found


def _of_the_stream(found: GivenValue) -> None:
    """What ``[streams.NAME]`` says of the stream that was chosen. Of two that are equally strong ``[stream]`` wins."""
    stream = found.values.get(STREAM, FIRST_STREAM)
    for key, (value, origin) in found.streams.of(str(stream)).items():
        name = f"stream.{key}"
        if name not in found.values or strength_of(origin) > strength_of(found.origins[name,]):
            found.put(name, value, origin)


def _from_flags(found: GivenValue, flags: Namespace) -> None:
    given = settings_flags.given(flags)
    by_name, by_setting = settings_flags.chosen_stream(flags), given.pop(STREAM, None)
    if None not in (by_name, by_setting) and by_name != by_setting:
        found.refuse(f"--stream is {by_name}, {flag_of(STREAM)} is {by_setting}; leave one out", STREAM)
    elif by_name is not None:
        found.choose(by_name, FromFlag("flag --stream"))
    elif by_setting is not None:
        found.choose(by_setting, FromFlag(f"flag {flag_of(STREAM)}"))
    for name, text in given.items():
        put_text(found, name, text, FromFlag(f"flag {flag_of(name)}"))
    for flag in getattr(flags, settings_flags.UNKNOWN, ()):
        found.refuse(_unknown_flag(flag))


def _unknown_flag(flag: str) -> str:
    name = flag.removeprefix("--").replace("-", "_")
    if name in REMOVED:
        return f"{flag} is no flag any more: {REMOVED[name]}"
    if name not in known():
        return f"{flag} is no flag{nearest(flag, (flag_of(one) for one in known()))}"
    if is_secret(known()[name]):
        variable = variable_of(name)
        return f"{flag} is no flag, since others can read those; set {variable} or {variable}{FILE_SUFFIX}"
    return f"{flag} is no flag of this command, which does not use {name}"


def _from_environment(found: GivenValue, environ: Mapping[str, str]) -> None:
    for variable, name, text in sorted(_variables(environ), key=lambda one: one[1] != STREAM):
        if name is None:
            _refuse_variable(found, variable, text)
        elif name == STREAM:
            found.choose(text, FromVariable(f"variable {variable}"))
        elif isinstance(name, tuple):
            found.put(name[0], {name[1]: text}, FromVariable(f"variable {variable}"))
        elif variable.upper() == variable_of(name):
            put_text(found, name, text, FromVariable(f"variable {variable}"))
        elif variable_of(name) in map(str.upper, environ):
            found.refuse(f"{variable} and {variable_of(name)} are both set; remove one", name)
        else:
            put_file(found, name, text, variable)


def _refuse_variable(found: GivenValue, variable: str, text: str) -> None:
    """Unless it is of ``[streams.NAME]`` or ``[registries.NAME]``."""
    upper = variable.upper()
    of_registry = of_a_registry(upper)
    if of_registry is not None:
        _put_registry(found, *of_registry, text, variable)
        return
    gone = next((why for name, why in REMOVED.items() if variable_of(name) == upper), None)
    of_stream = of_a_stream(upper)
    if gone is not None:
        found.refuse(f"{variable} is no variable of ours any more: {gone}")
    elif of_stream is not None:
        stream, field_ = of_stream
        if problem := found.streams.put(stream, field_, text, FromVariable(f"variable {variable}")):
            found.refuse(problem)
    else:
        hint = nearest(upper, (*known_variables(), CONFIG_VARIABLE, FOLDER_VARIABLE)) or "; remove it"
        found.refuse(f"{variable} is no variable of ours{hint}")


def _put_registry(found: GivenValue, registry: str, name: str, text: str, variable: str) -> None:
    secret = is_file_of(name)
    if secret is not None:
        read = GivenValue()
        put_file(read, f"registry.{secret}", text, variable)
        found.problems += read.problems
        found.exposed += read.exposed
        if read.problems:
            return
        name, text = secret, read.values[f"registry.{secret}"]
    if problem := found.registries.put(registry, name, text, FromVariable(f"variable {variable}")):
        found.refuse(problem)


def _variables(environ: Mapping[str, str]) -> Iterable[tuple[str, str | tuple[str, str] | None, str]]:
    """Those of ours: the name as it stands, what it sets (an entry of a table is a pair), its text."""
    for variable, text in environ.items():
        upper = variable.upper()
        if not upper.startswith(PREFIX) or is_kubernetes(variable, text):
            continue
        if upper in (CONFIG_VARIABLE, FOLDER_VARIABLE):
            continue
        if variable != upper and upper in environ:
            continue  # the same in capitals beats it
        yield variable, known_variables().get(upper) or entry_of(upper), text
