"""A struct of the document against an object of the record, by going through both."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from waybill_ops.audit.second_judge.json_nodes import JsonNode
from waybill_ops.audit.second_judge.scalars import Bad, Scalar, scalar

NodePath = tuple[str, ...]
Said = tuple[NodePath, str, str]
"""A path, its code, and the rule that ``bad_value`` broke."""


@dataclass
class ValueReader:
    """``said`` collects what is told, ``unknown`` what no field describes: where it stands, its path, its text."""

    document: dict[str, Any]
    text: str
    said: list[Said] = field(default_factory=list)
    unknown: list[tuple[int, NodePath, str]] = field(default_factory=list)
    map_kind = "object"

    def __post_init__(self) -> None:
        self.entries: dict[str, Any] = self.document["fields"]
        self.is_old = "legacy" in self.document
        self.last_counts = self.document["duplicates"] == "last"
        self.ignored = [tokens(one) for one in self.document.get("ignore", [])]

    def struct(self, fields: list[dict[str, Any]], node: JsonNode, path: NodePath) -> dict[str, Any]:
        places = {one["name"]: self._place(one) for one in fields}
        told_ways: set[NodePath] = set()
        values = {one["name"]: self._field(one, places[one["name"]], node, path, told_ways) for one in fields}
        self._rest(node, path, (), set(places.values()))
        return values

    def _tell(self, path: NodePath, code: str, keyword: str = "") -> None:
        self.said.append((path, code, keyword))

    def _place(self, one: dict[str, Any]) -> NodePath:
        pointer = self.entries.get(str(one["id"]), {}).get("from")
        if pointer is None:
            return (one["name"],)
        return tokens(pointer)

    def _field(
        self, one: dict[str, Any], place: NodePath, node: JsonNode, path: NodePath, told_ways: set[NodePath]
    ) -> Any:
        for length in range(1, len(place) + 1):
            name = place[length - 1]
            if not self.last_counts and name in node.twice:
                return None  # told among the names
            inner = node.last.get(name)
            if length == len(place):
                return self._value(one["type"], one["id"], one["required"], inner, (*path, *place))
            if inner is None or inner.kind == "null":
                return self._value(one["type"], one["id"], one["required"], None, (*path, *place))
            if inner.kind != "object":
                way = place[:length]
                if way not in told_ways:
                    self._tell((*path, *way), "wrong_type")
                    told_ways.add(way)
                return None
            node = inner
        return None

    def _rest(self, node: JsonNode, path: NodePath, way: NodePath, places: set[NodePath]) -> None:
        seen = set()
        twice = set() if self.last_counts else node.twice
        latest = node.last
        starts = {name: start for name, start, _ in node.members}
        for name, _, _ in node.members:
            if name in seen:
                continue
            seen.add(name)
            here = (*path, *way, name)
            inner = latest[name]
            if name in twice:
                self._tell(here, "duplicate_field")
            elif (*way, name) in places:
                continue
            elif any(one[: len(way) + 1] == (*way, name) for one in places):
                if inner.kind == "object":
                    self._rest(inner, path, (*way, name), places)
            elif not any(here[: len(one)] == one for one in self.ignored):
                if self.document["extra"] == "dead":
                    self._tell(here, "unknown_field")
                elif self.document["extra"] == "keep":
                    self.unknown.append((starts[name], here, self.text[inner.start : inner.end]))

    def _value(self, kind: Any, at: int, required: bool, node: JsonNode | None, path: NodePath) -> Any:
        entry = self.entries.get(str(at), {})
        if node is None:
            if required or self.is_old:
                self._tell(path, "missing_field")
            return None
        if node.kind == "null":
            self._null(entry, required, path)
            return None
        if isinstance(kind, str):
            return self._scalar(kind, entry, required, node, path)
        if kind["type"] == "list":
            return self._list(kind, entry, node, path)
        if node.kind != ("object" if kind["type"] == "struct" else self.map_kind):
            self._tell(path, "wrong_type")
            return None
        if kind["type"] == "struct":
            return self.struct(kind["fields"], node, path)
        return self._map(kind, entry, node, path)

    def _scalar(
        self, kind: str, entry: dict[str, Any], required: bool, node: JsonNode, path: NodePath
    ) -> Any:
        try:
            found = self._plain(kind, entry, node)
        except Bad as bad:
            is_old_choice = self.is_old and "enum" in entry.get("rules", {})
            self._tell(path, "bad_value" if is_old_choice else bad.code, bad.keyword)
            return None
        if found is None:
            self._null(entry, required, path)
        return None if found is None else found[1]

    def _plain(self, kind: str, entry: dict[str, Any], node: JsonNode) -> Scalar | None:
        return scalar(kind, entry, node, self.text)

    def _null(self, entry: dict[str, Any], required: bool, path: NodePath) -> None:
        """0.1.0 had null for a token of a wrong type, and for none of an enum's."""
        if required:
            old = "bad_value" if "enum" in entry.get("rules", {}) else "wrong_type"
            self._tell(path, old if self.is_old else "missing_field")

    def _list(self, kind: dict[str, Any], entry: dict[str, Any], node: JsonNode, path: NodePath) -> Any:
        if node.kind != "list":
            self._tell(path, "wrong_type")
            return None
        self._count(entry, "Items", len(node.items), path)
        return [
            self._value(kind["element"], kind["element-id"], kind["element-required"], one, (*path, str(at)))
            for at, one in enumerate(node.items)
        ]

    def _map(self, kind: dict[str, Any], entry: dict[str, Any], node: JsonNode, path: NodePath) -> Any:
        self._count(entry, "Properties", len(node.last), path)
        found = {}
        twice = node.twice
        for name, inner in node.last.items():
            if name in twice:
                self._tell((*path, name), "duplicate_field")
            else:
                here = (*path, name)
                found[name] = self._value(
                    kind["value"], kind["value-id"], kind["value-required"], inner, here
                )
        return [[name, found[name]] for name in sorted(found, key=str.encode)]

    def _count(self, entry: dict[str, Any], what: str, count: int, path: NodePath) -> None:
        rules = entry.get("rules", {})
        if count < rules.get(f"min{what}", 0):
            self._tell(path, "bad_value", f"min{what}")
        elif count > rules.get(f"max{what}", count):
            self._tell(path, "bad_value", f"max{what}")


@lru_cache(maxsize=10_000)
def tokens(pointer: str) -> NodePath:
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])
