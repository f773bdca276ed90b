"""A schema put together with all that it refers to: bounded in number and bytes, and without going round."""

from __future__ import annotations

from collections.abc import Callable

from waybill_common.contract import SchemaDocument, SchemaReference, WriterSchema
from waybill_common.schema_registry.registered_schema import SaidReference, SaidSchema

MOST_BYTES = 1_000_000
"""Of a schema's text with those of its references."""

MOST_REFERENCES = 100
ALLOWED = f"schemas of at most {MOST_BYTES:,} bytes with their references, of which there are {MOST_REFERENCES} at most"

_Version = tuple[str, int]


class NotTaken(Exception):
    """The text says why, as the end of a sentence."""


def put_together(said: SaidSchema, ask: Callable[[SaidReference], SaidSchema]) -> WriterSchema:
    """``ask`` tells what a reference leads to. Raises ``NotTaken``, as it may."""
    whole = _WholeSchema(ask)
    whole.add(said, ())
    return WriterSchema(tuple(whole.documents.values()))


class _WholeSchema:
    def __init__(self, ask: Callable[[SaidReference], SaidSchema]) -> None:
        self.documents: dict[str, SchemaDocument] = {}
        self._ask = ask
        self._known: dict[_Version, str] = {}
        self._met: set[_Version] = set()
        self._bytes = 0

    def add(self, said: SaidSchema, way: tuple[_Version, ...]) -> str:
        """Its sha256. What it refers to comes before it."""
        self._weigh(said)
        references = tuple(SchemaReference(one.name, self._reference(one, way)) for one in said.references)
        document = SchemaDocument(said.type, said.text, references)
        # A schema may be known already, by another name: it stays where it was.
        self.documents.setdefault(document.sha256, document)
        return document.sha256

    def _reference(self, one: SaidReference, way: tuple[_Version, ...]) -> str:
        at = (one.subject, one.version)
        if at in way:
            raise NotTaken(
                f"its references go round: {' → '.join(f'{name} {n}' for name, n in (*way, at))}"[:300]
            )
        if at not in self._known:
            self._met.add(at)
            if len(self._met) > MOST_REFERENCES:
                raise NotTaken(f"it has more than {MOST_REFERENCES} references")
            self._known[at] = self.add(self._ask(one), (*way, at))
        return self._known[at]

    def _weigh(self, said: SaidSchema) -> None:
        try:
            self._bytes += len(said.text.encode())
            names = [one.name.encode() for one in said.references]
            said.type.encode()
        except UnicodeEncodeError:
            raise NotTaken("it has half of a surrogate pair in it") from None
        if self._bytes + sum(map(len, names)) > MOST_BYTES:
            raise NotTaken(f"it has more than {MOST_BYTES:,} bytes with its references")
