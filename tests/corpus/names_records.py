"""Records of ``names`` at and beyond the edge of each rule: what its verdicts are frozen for.

Each record is the bytes of a Kafka value, or ``None`` for a null one. A seed makes the same ones again.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

# fmt: off
GOOD: dict[str, str] = {
    "id": '"0f8fad5b-d9cb-469f-a165-70867728950e"',
    "full_name": '"Ms Zoë Ångström"',
    "gender": '"female"',
    "location": '"12 Rue de l\'Abbaye"',
    "city": '"東京"',
    "state": '"Île-de-France"',
    "country": '"France"',
    "nat": '"FR"',
    "postcode": '"k1:' + "0123456789abcdef" * 4 + '"',
    "latitude": "48.8566",
    "longitude": "-2.3522",
    "email": '"zoe@example.org"',
    "produced_at": '"2026-11-22T18:54:00.000001Z"',
}
"""Each field's own text: a case changes one of them."""

TOKENS = (
    "null", "true", "false", "0", "-0", "1", "-1", "1.5", "-0.0", "1e2", "9223372036854775808", '""',
    '"x"', '" "', "[]", "{}", "[1]", '{"a":1}', '["x"]', "NaN", "Infinity", "-Infinity", '"\\u0000"',
    '"\\ud800"', '"😀"',
)
TEXT = ("full_name", "location", "city", "state", "country")
BROKEN_TOKENS = (
    "tru", "True", "nul", "None", "nan", "-NaN", "+NaN", "inf", "-inf", "Inf", "infinity", "+Infinity",
    "NaNa", "'x'", '"x', 'x"', "x", "", "{", "[", "}", "]", "[1,]", '{"a":1,}', "{,}", "[,]", "{a:1}",
    '{"a"}', '{"a":}', "1 2", "/*c*/1", "1//c", "undefined", '"\t"', '"\n"', '"\x00"', '"\x1f"',
    '"\\x41"', '"\\u12"', '"\\u123g"', '"\\"', '"\\U00000041"', '"\\\'"', '"\\0"', '"\\v"', '"\\a"',
    '"\\ "', '"\\ud83d\\ud83d"', '"\\ude00\\ud83d"', '"\\ud83dx"', '"\\ud83d\\n"', '"\\udfff"',
    '"\\ud83d\\u0041"', '"\\uD83D\\uDE00"', '"\\ud83d\\ude00"', '"\\/\\b\\f\\n\\r\\t\\"\\\\"', '"\x7f"',
    '"\\u007f"', '"\ufeff"', '"\u2028"', '"\\ufffe"', '"\U0010ffff"', '"\\udbff\\udfff"', '"\\u00e9"',
    '"\\u00E9"', '"e\u0301"',
)
NUMBERS = (
    "0", "-0", "0.0", "-0.0", "00", "-00", "01", "-01", "+1", "1.", ".5", "-.5", "-", "+", "1e", "1e+",
    "1e-", "1E1", "1e+1", "1e-1", "1e01", "1e001", "1E-01", "0e0", "0E5", "-0e1", "0.e1", "1.0e1.0",
    "1e1.5", "0x1", "1_0", "1,0", "1f", "1d", "1L", "٣", "1٢", "90", "90.0", "9e1", "900e-1", "0.9e2",
    "90.00000000000000000000000001", "90.00000000000001", "90.000000000000014",
    "90.0000000000000071054", "90.0000000000000071055",
    "90.00000000000000710542735760100185871124267578125", "91", "1e2", "-90", "-90.0",
    "-90.00000000000001", "-90.0000000000000071054", "-91", "180", "180.0", "180.00000000000003",
    "180.0000000000000142", "181", "180.00000000000001421085471520200371742248535156250001", "-180",
    "-180.00000000000003", "-181", "-1e300", "1e300", "1e308", "1.7976931348623157e308",
    "1.7976931348623158e308", "1.7976931348623159e308", "1e309", "-1e309", "1e400", "1e-400", "5e-324",
    "2.4703282292062327e-324", "2.4703282292062328e-324", "2e-324", "-2e-324", "1e-999999999",
    "1e999999999", "0e999999999", "1e-99999999999999999999", "1e99999999999999999999",
    "0.1e99999999999999999999", "0e99999999999999999999", "0.0e-99999999999999999999",
    "9007199254740993", "9007199254740992", "9223372036854775807", "9223372036854775808",
    "-9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616",
    "0.1", "0.30000000000000004", "2.2250738585072011e-308", "2.2250738585072014e-308",
    "1.00000017881393432617187499", "8.5", "6.02214076e1", "7.2057594037927933e16", "0.000001", "1e-7",
    "12.345678901234567890123456789", "9.5367431640625e-7", "89.99999999999999", "89.999999999999999",
    "1.1754943508222875e-38", "4.35", "2.675", "1.005", "33.333333333333336",
)
LONG_NUMBERS = tuple(
    pattern.replace("N", digit * count)
    for count in (1, 17, 18, 19, 20, 21, 40, 308, 309, 310, 400, 767, 768, 800, 4299, 4300, 4301, 5000)
    for digit in "19"
    for pattern in ("N", "-N", "N.5", "0.N", "1.N", "Ne-400", "0.Ne3", "-0.N", "1e0N", "N.0", "1.N" + "e1")
)
ZEROS = tuple(
    "0." + "0" * count + "1" for count in (1, 10, 100, 322, 323, 324, 400, 4300, 5000)
) + tuple(
    "1" + "0" * count + f"e-{count}" for count in (1, 15, 16, 17, 18, 19, 20, 300, 400, 4298, 4299, 4300)
)
INSTANTS = (
    "2026-11-22T18:54:00.000001Z", "2026-11-22T18:54:00.000000Z", "0001-01-01T00:00:00.000000Z",
    "9999-12-31T23:59:59.999999Z", "0000-01-01T00:00:00.000000Z", "10000-01-01T00:00:00.000000Z",
    "-001-01-01T00:00:00.000000Z", "2024-02-29T00:00:00.000000Z", "2023-02-29T00:00:00.000000Z",
    "1900-02-29T00:00:00.000000Z", "2000-02-29T00:00:00.000000Z", "2026-02-30T00:00:00.000000Z",
    "2026-04-31T00:00:00.000000Z", "2026-00-01T00:00:00.000000Z", "2026-13-01T00:00:00.000000Z",
    "2026-01-00T00:00:00.000000Z", "2026-01-32T00:00:00.000000Z", "2026-11-22T24:00:00.000000Z",
    "2026-11-22T23:60:00.000000Z", "2026-11-22T23:59:60.000000Z", "2026-11-22T18:54:00Z",
    "2026-11-22T18:54:00.Z", "2026-11-22T18:54:00.0Z", "2026-11-22T18:54:00.00000Z",
    "2026-11-22T18:54:00.0000000Z", "2026-11-22T18:54:00.000000z", "2026-11-22t18:54:00.000000Z",
    "2026-11-22 18:54:00.000000Z", "2026-11-22_18:54:00.000000Z", "2026-11-22T18:54:00.000000+00:00",
    "2026-11-22T18:54:00.000000-00:00", "2026-11-22T18:54:00.000000", "2026-11-22T18:54:00.000000+0000",
    "2026-11-22T18:54:00,000000Z", "2026-11-22T18:54:00.000000Z ", " 2026-11-22T18:54:00.000000Z",
    "2026-11-22T18:54:00.000000Z\\n", "2026-11-22T18:54:00.000000Z\\r",
    "2026-11-22T18:54:00.000000Z\\u2028", "2026-11-22", "1763837640", "", "20261122T185400.000000Z",
    "2026-1-22T18:54:00.000000Z", "2026-11-22T8:54:00.000000Z", "2026-W47-7T18:54:00.000000Z",
    "2026-11-22T18:54.000000Z", "٢٠٢٦-11-22T18:54:00.000000Z", "2026-11-22T18:54:00.00000٢Z",
    "２026-11-22T18:54:00.000000Z", "2026-11-22T18:54:00.000000\\u005a", "1969-12-31T23:59:59.999999Z",
    "1970-01-01T00:00:00.000000Z", "1582-10-10T00:00:00.000000Z", "+2026-11-22T18:54:00.000000Z",
    "2026-11-22T18:54:00.000000ZZ",
)
UUIDS = (
    "0F8FAD5B-d9cb-469f-a165-70867728950e", "0f8fad5b-d9cb-469f-a165-70867728950E",
    "0f8fad5bd9cb469fa16570867728950e", "0f8fad5b-d9cb-469f-a165-70867728950",
    "0f8fad5b-d9cb-469f-a165-70867728950ee", "{0f8fad5b-d9cb-469f-a165-70867728950e}",
    "urn:uuid:0f8fad5b-d9cb-469f-a165-70867728950e", "0f8fad5b-d9cb-469f-a165-70867728950g",
    "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "0f8fad5b-d9cb-469f-a165-70867728950e\\n", "\\n0f8fad5b-d9cb-469f-a165-70867728950e",
    "0f8fad5b-d9cb-469f-a165-7086772895٠e", "0f8fad5b‐d9cb-469f-a165-70867728950e", "",
    "0f8fad5b-d9cb-469f-a165-\\u00370867728950e",
)
NATS = (
    "FR", "fr", "F", "FRA", "", "F1", "F ", " FR", "FR\\n", "\\nFR", "ÉE", "ＦＲ", "\\u0046R", "ZZ", "AA",
    "@A", "[A", "A[",
)
HEX = "0123456789abcdef" * 4
POSTCODES = (
    *(f"k{'x' * count}:{HEX}" for count in (0, 1, 30, 31, 32, 33)), f":{HEX}", f"-k:{HEX}", f"k-:{HEX}",
    f"0:{HEX}", f"K:{HEX}", f"k_:{HEX}", f"k:{HEX}0", f"k:{HEX[1:]}", f"k:{HEX.upper()}", f"k:{HEX}\\n",
    f"k{HEX}", f"k::{HEX}", f"é:{HEX}", "k:", "", "75006", f"\\u006b:{HEX}",
)
EMAILS = (
    "a@b", "@b", "a@", "@", "a", "", "a@b@c", "a b@c", "a@b c", "a@b ", " a@b", "a\\n@b", "a@b\\n",
    "\\na@b", "a\\t@b", "é@ü", "😀@😀", "a\\u00a0@b", "a@@b", "\\u0040@a", "a\\u0000@b", "a@\\u2028",
    *("a" * count + "@b" for count in (317, 318, 319)), *("a@" + "é" * count for count in (318, 319)),
    *("a@" + "😀" * count for count in (318, 319)), *("a@" + "e\u0301" * count for count in (159, 160)),
)
LENGTHS = tuple(
    one * count
    for one in ("x", "é", "東", "😀", "\\u00e9", "\\ud83d\\ude00", "e\u0301")
    for count in (1, 255, 256, 257, 511, 512, 513)
)


def fields(**changed: str | None) -> dict[str, str]:
    return {name: text for name, text in (GOOD | changed).items() if text is not None}


def spelled(members: dict[str, str], *, colon: str = ":", comma: str = ",") -> str:
    return "{" + comma.join(f'"{name}"{colon}{text}' for name, text in members.items()) + "}"


def with_members(*more: str, before: bool = False, **changed: str | None) -> str:
    """A record with further members, each as it is written, behind the others or before them."""
    inner = spelled(fields(**changed))[1:-1]
    parts = [*more, inner] if before else [inner, *more]
    return "{" + ",".join(part for part in parts if part) + "}"


def records(seed: int = 1) -> Iterator[bytes | None]:
    yield None
    for text in _texts():
        yield text.encode("utf-8", "surrogatepass")
    yield from _bytes()
    yield from _random(random.Random(seed))
    for text in _empty_and_long():
        yield text.encode()


def _texts() -> Iterator[str]:
    yield spelled(GOOD)
    for name in GOOD:
        yield spelled(fields(**{name: None}))
        for token in (*TOKENS, *BROKEN_TOKENS):
            yield spelled(fields(**{name: token}))
    for number in NUMBERS:
        for name in ("latitude", "longitude"):
            yield spelled(fields(**{name: number}))
    for number in (*LONG_NUMBERS, *ZEROS):
        yield spelled(fields(latitude=number))
    for name, texts in (
        ("produced_at", INSTANTS), ("id", UUIDS), ("nat", NATS), ("postcode", POSTCODES), ("email", EMAILS),
        *((name, LENGTHS) for name in TEXT),
        ("gender", ("male", "Male", "female ", "", "f", "other", "fem\\u0061le", "male\\n", "unknown")),
    ):
        for text in texts:
            yield spelled(fields(**{name: f'"{text}"'}))
    yield from _shapes()
    yield from _repeated()
    yield from _deep()


def _shapes() -> Iterator[str]:
    whole = spelled(GOOD)
    for space in (
        " ", "\t", "\n", "\r", "\r\n \t", "\v", "\f", "\u00a0", "\u2028", "\ufeff", "\x00", "\x1e",
        "\u3000",
    ):
        yield from (space + whole, whole + space, whole[:1] + space + whole[1:])
        yield from (spelled(GOOD, colon=space + ":" + space), spelled(GOOD, comma=space + "," + space))
    yield from (
        "", " ", "{}", "[]", "null", "true", "0", "-", '""', '"x"', "1.5", "NaN", "[{}]", "{", "}", "{}{}",
        "{} {}", "{},", "[1]", "[[]]", "x",
    )
    yield from (whole + text for text in ("x", ",", "}", "null", "{}", "//", "#", whole, "\n" + whole))
    yield from (
        whole[:-1],
        whole[1:],
        whole[:-1] + ",}",
        "{," + whole[1:],
        whole.replace(":", "=", 1),
        whole.replace('"', "'"),
    )
    yield "[" + whole + "]"
    yield json.dumps(whole)
    yield spelled(dict(reversed(GOOD.items())))
    yield spelled({f"\\u{ord(name[0]):04x}{name[1:]}": text for name, text in GOOD.items()})
    for name in (
        "ID", "Id", "id ", " id", "", "i\\u0064x", "é", "😀", "full-name", "/", "~", "a/b", "constructor",
        "__class__", "self", "x" * 63, "x" * 64, "x" * 65, "y" * 400, "é" * 65, "\\u0000", "\\n", "; ",
        ": bad_value",
    ):
        yield with_members(f'"{name}":1')
        yield with_members(f'"{name}":1', before=True)
        yield with_members(f'"{name}":1', latitude='"x"')
    yield from (with_members(f'"x":{token}') for token in (*TOKENS, *BROKEN_TOKENS, *NUMBERS))
    for count in (2, 3, 20, 21, 30, 50):
        names = [f'"u{(7 * number) % 101:02d}":{number}' for number in range(count)]
        yield with_members(*names)
        yield "{" + ",".join(names) + "}"
    yield with_members('"' + "x" * 64 + 'a":1', '"' + "x" * 64 + 'b":1')
    yield with_members('"\\ud83d":1')
    yield with_members('"b":1', '"a":1', '"B":1', '"é":1', '"z":1', '"😀":1', '"\uff5e":1')
    for absent in (
        ["id", "city"],
        ["latitude", "longitude"],
        ["produced_at", "state", "postcode"],
        [*GOOD][1:],
        [*GOOD],
    ):
        yield spelled(fields(**dict.fromkeys(absent)))
        yield with_members('"x":1', '"a":2', **dict.fromkeys(absent))  # type: ignore[arg-type]  # no name is `before`
    yield spelled(dict.fromkeys(GOOD, "null"))
    yield spelled(dict.fromkeys(GOOD, "1"))
    yield spelled(dict.fromkeys(GOOD, '""'))
    yield spelled(dict.fromkeys(GOOD, "[]"))


def _repeated() -> Iterator[str]:
    """The last of a name counts; the ones before it have only to be JSON."""
    for name, text in GOOD.items():
        for token in (
            "null", "1", '"x"', "[]", "NaN", '{"a":1,"a":2}', "9" * 4300, "9" * 4301, '"\\ud800"', "[1,]",
            "1e400", "[" * 200 + "]" * 200, "[" * 201 + "]" * 201,
        ):
            yield with_members(f'"{name}":{token}', before=True)
            yield with_members(f'"{name}":{token}')
        yield with_members(f'"{name}":{text}')
    yield with_members('"x":1', '"x":2')
    yield with_members('"i\\u0064":"x"', before=True)
    yield with_members('"\\u0069d":"x"')


def _deep() -> Iterator[str]:
    for count in (1, 2, 50, 98, 99, 100, 101, 102, 198, 199, 200, 201, 202, 300, 2000):
        for opened, closed in (("[", "]"), ('{"a":', "}")):
            inner = opened * count + ("1" if opened != "[" else "") + closed * count
            yield inner
            yield with_members(f'"x":{inner}')
            yield with_members(f'"city":{inner}', before=True)
            yield with_members(f'"x":{opened * count}')
            yield with_members(f'"x":{inner}x')
    yield with_members('"x":"' + "[" * 300 + '"')
    yield with_members('"x":["' + "]" * 300 + '",' + "[" * 199 + "]" * 199 + "]")


def _bytes() -> Iterator[bytes]:
    whole = spelled(GOOD).encode()
    name = whole.index(b"Ms")
    for broken in (
        b"\xff", b"\xfe", b"\x80", b"\xc3", b"\xc0\xaf", b"\xc1\xbf", b"\xe0\x80\x80", b"\xed\xa0\x80",
        b"\xed\xb0\x80", b"\xed\xa0\xbd\xed\xb8\x80", b"\xf0\x80\x80\x80", b"\xf4\x90\x80\x80",
        b"\xf5\x80\x80\x80", b"\xf8\x88\x80\x80\x80", b"\xe6\x9d", b"\xf0\x9f\x98", b"\xef\xbf\xbe",
        b"\xef\xbb\xbf",
    ):
        yield whole[:name] + broken + whole[name:]
        yield whole[:-1] + b',"x":"' + broken + b'"}'
        yield whole[:-1] + b',"' + broken + b'":1}'
        yield b'{"city":"' + broken + b'",' + whole[1:]
        yield b'{"city":["' + broken + b'"],' + whole[1:]
        yield broken + whole
        yield whole + broken
        yield whole[:-1] + b"," + broken + b"}"
    for frame in (
        b"\x00\x00\x00\x00\x01", b"\x00\xff\xff\xff\xff", b"\x00{}[]",
        b"\x00\x00\x00\x00\x00\x00\x00\x00\x00", b"\x00" * 5 * 2, b"\x01\x00\x00\x00\x01",
        b"\x03\x00" + b"\x01" * 16, b"\x00\x00\x00\x00", b"\x00",
    ):
        yield frame
        yield frame + whole
        yield frame + b" " + whole
    yield b"\x00\x00\x00\x00\x01" + whole[:-1]
    yield b"\x00\x00\x00\x00\x01" + b"\xef\xbb\xbf" + whole
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "latin-1"):
        yield whole.decode().replace("東京", "Tokyo").encode(encoding, "replace")
    yield from (whole[:end] for end in range(0, len(whole), 9))


def _random(dice: random.Random) -> Iterator[bytes]:
    """Several fields broken at once, and bytes altered anywhere."""
    tokens = [one for one in (*TOKENS, *NUMBERS[:80]) if one]
    for _ in range(350):
        changed: dict[str, str | None] = {}
        for name in dice.sample([*GOOD], dice.choice((1, 2, 2, 3, 5, 9))):
            changed[name] = dice.choice((*tokens, None, GOOD[dice.choice([*GOOD])]))
        more = [
            f'"{dice.choice([*GOOD, "x", "y", "z"])}":{dice.choice(tokens)}'
            for _ in range(dice.choice((0, 0, 1, 2, 3)))
        ]
        yield with_members(*more, before=dice.random() < 0.5, **changed).encode("utf-8", "surrogatepass")
    whole = spelled(GOOD).encode()
    for _ in range(350):
        text = bytearray(whole)
        for _ in range(dice.choice((1, 1, 1, 2, 4))):
            at = dice.randrange(len(text))
            match dice.randrange(4):
                case 0:
                    text[at] = dice.randrange(256)
                case 1:
                    del text[at]
                case 2:
                    text.insert(at, dice.choice(b'{}[]",:\\ 0123456789.-+eEunltrfaN\x00\x1f\x7f\xff'))
                case _:
                    text[at] = dice.choice(b'{}[]",:\\ 0129.-+eEZ')
        yield bytes(text)
    for _ in range(200):
        digits = "".join(dice.choices("0123456789", k=dice.choice((1, 3, 16, 17, 18, 19, 20, 25, 40))))
        sign = dice.choice(('', '-'))
        number = f"{sign}{dice.choice('0123456789')}.{digits}{dice.choice(('', '', 'e1', 'E-3', 'e+1', 'e-17'))}"
        yield spelled(
            fields(latitude=number, longitude=f"{dice.randrange(-180, 181)}.{digits[::-1]}")
        ).encode()


def _empty_and_long() -> Iterator[str]:
    """Brackets with nothing in them are not counted as deep; digits are, before any fraction or exponent."""
    for count in (198, 199, 200, 201, 202):
        for inner in ("", " ", "1", "null", '"x"', "{}", "[]", "[],[]", "[],1", '{"a":[]}', "{} ", "{ }"):
            yield with_members(f'"x":{"[" * count}{inner}{"]" * count}')
            yield with_members(f'"id":{"[" * count}{inner}{"]" * count}', before=True)
            yield "[" * count + inner + "]" * count
        for inner in ("", " ", '"a":1', '"a":{}', '"a":[]'):
            nested = '{"a":' * (count - 1) + "{" + inner + "}" * count
            yield from (with_members(f'"x":{nested}'), nested)
    for count in (4299, 4300, 4301):
        for number in ("N", "-N", "N.5", "-N.5", "Ne1", "-Ne-5", "NE+0", "0.N", "1.N", "1e0N", "[N]", "[N.5]"):
            text = number.replace("N", "1" * count)
            yield from (with_members(f'"x":{text}'), with_members(f'"latitude":{text}', before=True))
