"""Where in a TOML file a key is, for messages. tomllib keeps no positions."""

from __future__ import annotations

import re

_HEADER = re.compile(r"\s*\[+\s*([^\]#]+?)\s*\]")
_KEY = re.compile(r"""\s*((?:[\w."'-]|\s(?!=))+?)\s*=""")


def line_of(text: str, section: str, key: str | None) -> int | None:
    """The line of ``key`` in ``[section]``, or that of the section where there is no key; None where it can't be told,
    as with keys on several lines of a text.
    """
    wanted = section if key is None else f"{section}.{key}"
    table, found = "", list[int]()
    for number, line in enumerate(text.splitlines(), start=1):
        header, entry = _HEADER.match(line), _KEY.match(line)
        if header:
            table = _bare(header[1])
            here = table
        elif entry:
            here = f"{table}.{_bare(entry[1])}" if table else _bare(entry[1])
        else:
            continue
        if here == wanted or here.startswith(f"{wanted}."):
            found.append(number)
            if key is None or here == wanted:
                break
    return found[0] if found else None


def _bare(words: str) -> str:
    return re.sub(r"""["'\s]""", "", words)
