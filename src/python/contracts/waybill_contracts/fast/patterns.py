"""A rule's pattern for RE2, which Arrow searches with."""

from __future__ import annotations

from waybill_contracts.document import Branches, OneOf, PatternNode, Repeat, TextEnd, parse_pattern


def for_re2(pattern: str) -> str:
    return _spelled(parse_pattern(pattern))


def _spelled(node: PatternNode) -> str:
    match node:
        case OneOf(ranges):
            inside = "".join(f"\\x{{{low:X}}}-\\x{{{high:X}}}" for low, high in ranges)
            return f"[{inside}]" if inside else r"[^\x{0}-\x{10FFFF}]"
        case TextEnd():
            return r"\A" if node.at_start else r"\z"
        case Branches():
            return f"(?:{'|'.join(map(_spelled, node.parts))})"
        case Repeat(part, least, most):
            return f"(?:{_spelled(part)}){_count(least, most)}"
    return f"(?:{''.join(map(_spelled, node.parts))})"


def _count(least: int, most: int | None) -> str:
    return f"{{{least},{'' if most is None else most}}}"
