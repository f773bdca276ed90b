"""Lists and maps: checks that tell of their parts themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from waybill_contracts.scanning import Repeated
from waybill_contracts.types.misfit import DUPLICATE_FIELD, WRONG_TYPE, Check, Misfit
from waybill_contracts.types.notes import Notes, Rules, Where

NestedCheck: TypeAlias = Callable[[Any, Where, Notes], Any]
"""From a token and its place to the value, or to a ``Misfit`` that is told already."""


def telling(check: Check) -> NestedCheck:
    """The check of a value without parts, for where a list's or map's is wanted."""

    def checked(token: Any, where: Where, notes: Notes) -> Any:
        value = check(token)
        if value.__class__ is Misfit:
            notes.tell(where, value)
        return value

    return checked


def item_check(check: NestedCheck, null: Misfit | None) -> NestedCheck:
    """An item of a list or a map's value; ``null`` says what is wrong with none. JSON in a string may say it, too."""

    def checked(token: Any, where: Where, notes: Notes) -> Any:
        value = None if token is None else check(token, where, notes)
        if value is None and null is not None:
            notes.tell(where, null)
        return value

    return checked


def list_check(item: NestedCheck, rules: Rules) -> NestedCheck:
    def checked(token: Any, where: Where, notes: Notes) -> Any:
        if token.__class__ is not list:
            notes.tell(where, WRONG_TYPE)
            return WRONG_TYPE
        notes.tell_rules(where, token, rules)
        return [item(one, (where, str(at)), notes) for at, one in enumerate(token)]

    return checked


def map_check(each: NestedCheck, rules: Rules) -> NestedCheck:
    """The value is pairs in the order of the keys' UTF-8, which is that of their code points."""

    def checked(token: Any, where: Where, notes: Notes) -> Any:
        if not isinstance(token, dict):
            notes.tell(where, WRONG_TYPE)
            return WRONG_TYPE
        notes.tell_rules(where, token, rules)
        twice = token.repeated if token.__class__ is Repeated else ()
        found = []
        for name, one in token.items():
            if name in twice:
                notes.tell((where, name), DUPLICATE_FIELD)
            else:
                found.append((name, each(one, (where, name), notes)))
        return sorted(found, key=lambda pair: pair[0])

    return checked
