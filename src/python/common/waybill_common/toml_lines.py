"""Where in a TOML file a key is, for messages. tomllib keeps no positions."""

from __future__ import annotations

import re

_KEY = re.compile(r"""[\w."'\s-]+""")


def line_of(text: str, section: str, key: str | None) -> int | None:
    """The line of ``key`` in ``[section]``, or that of the section where there is no key; None where it can't be told,
    as with keys on several lines of a text.
    """
    wanted = section if key is None else f"{section}.{key}"
    table, found = "", list[int]()
    for number, line in enumerate(text.splitlines(), start=1):
        header, entry = _header(line), _entry(line)
        if header:
            table = header
            here = table
        elif entry:
            here = f"{table}.{entry}" if table else entry
        else:
            continue
        if here == wanted or here.startswith(f"{wanted}."):
            found.append(number)
            if key is None or here == wanted:
                break
    return found[0] if found else None


def _header(line: str) -> str | None:
    """What stands between the brackets that a line begins with. Lines may be long: each is gone through once."""
    begun = line.lstrip()
    name, bracket, _ = begun.lstrip("[").partition("]")
    return _bare(name) if begun.startswith("[") and bracket and "#" not in name else None


def _entry(line: str) -> str | None:
    key, equals, _ = line.partition("=")
    return _bare(key) if equals and _KEY.fullmatch(key) else None


def _bare(words: str) -> str:
    return re.sub(r"""["'\s]""", "", words)
