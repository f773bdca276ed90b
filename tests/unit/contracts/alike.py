"""Records that are spelled alike, as one producer's are, with some among them that are not."""

from __future__ import annotations

from typing import Any

from unit.contracts.documents import Json
from unit.contracts.generated import NAMES, TOKENS, Maker

SPACES = (("", "", ""), (" ", "", ""), (" ", "", ""), ("\n ", " ", "\r\n"), (" ", " ", "\t"))
"""After a comma or colon, before it, inside of brackets."""

BROKEN = (
    '"\\ud800"',
    '"\\""',
    '"a\\\\"',
    "NaN",
    "-",
    "01",
    '"\x01"',
    "1e-999999999",
    "nul",
    '"\\x"',
    "1" * 200,
)


class AlikeMaker(Maker):
    """One way of separators, of names and of their order for all records of a document."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.space = self.dice.choice(SPACES)
        self.rank = {name: self.dice.random() for name in ("a", "b", "c", "d", "e", "f", *NAMES)}
        others = self.dice.sample(NAMES, self.dice.choice((0, 0, 1, 2)))
        self.others = {name: self.dice.choice(TOKENS) for name in others}
        self.odd = self.dice.choice((0.0, 0.02, 0.1))
        self.wrong = self.dice.choice((0.0, 0.0, 0.05))

    def spelled(self, members: Json) -> str:
        if self.dice.random() < self.odd:
            return super().spelled(members)
        found = {name: self.spelled(one) if isinstance(one, dict) else one for name, one in members.items()}
        for name, token in self.others.items():
            if self.dice.random() < 0.8:
                found.setdefault(name, token if self.dice.random() < 0.8 else self.dice.choice(TOKENS))
        after, before, around = self.space
        pairs = sorted(found.items(), key=lambda one: self.rank.get(one[0], 0.5))
        if not pairs:
            return "{}"
        inside = f"{before},{after}".join(f"{self.plain(name)}{before}:{after}{one}" for name, one in pairs)
        return f"{{{around}{inside}{around}}}"

    def plain(self, name: str) -> str:
        return f'"{name}"'

    def token(self, kind: Any, entry: Json, tree: Json) -> str:
        if isinstance(kind, str) and self.dice.random() < self.wrong:
            return self.dice.choice((*TOKENS, *BROKEN))
        if isinstance(kind, str):
            return "null" if self.dice.random() < 0.1 else self.right(kind, entry)
        return super().token(kind, entry, tree)

    def right(self, kind: str, entry: Json) -> str:
        """A token that mostly is a value."""
        if kind == "boolean":
            return self.dice.choice(('"true"', '"false"') if entry.get("wire") else ("true", "false"))
        if entry.get("as") == "json":
            return self.dice.choice(
                ('"{}"', '"[1]"') if entry.get("wire") else ("1.50", '{"x": [1]}', '"a"', "null")
            )
        if kind == "string" and "as" not in entry:
            return self.dice.choice(('"a"', '"a"', '"\\u0061"', '"12"', '"é"', '"\\\\"'))
        return self.fitting(kind, entry)
