"""What language 1 says of a record is said for ever.

``corpus/make_language_1.py``, ``make_language_1_avro.py`` and ``make_language_1_registry.py`` made the files.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from corpus.frozen import lines

from waybill_contracts.by_hand import (
    Say,
    by_the_auditor,
    by_the_fast_paths,
    by_the_judge,
    parse_line,
)
from waybill_contracts.document import ContractDocument, parse_document
from waybill_contracts.schema_files import SchemaTexts

FILES = {
    "1.jsonl.xz": (284, "bd93bab936eac1480532307971119a1de74135159e0e0af6e918fdc681ae502c"),
    "1_avro.jsonl.xz": (260, "904e517099cf4443b6026fed1678f0e22646af0aeab87965d11cde75f43020c8"),
    "1_registry.jsonl.xz": (30, "7d9d002ed5872efaa4fa9f7e6ac1a192d22a90dfc921c4be1b9378747686671f"),
}
"""How many lines were frozen first, and their sha256."""


def schemas_of(frozen: Mapping[str, Any]) -> SchemaTexts:
    """Those of a registry, by their ids."""
    named = frozen.get("schemas", {}).items()
    return {int(one) if one.isdecimal() else one: text for one, text in named}


@pytest.mark.parametrize("name", FILES)
def test_no_frozen_line_was_altered(name: str) -> None:
    count, sha256 = FILES[name]
    assert hashlib.sha256(b"".join(lines(name)[:count])).hexdigest() == sha256


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("by", [by_the_judge, by_the_auditor], ids=["judge", "auditor"])
def test_both_judges_say_what_was_said(by: Callable[[ContractDocument, SchemaTexts], Say], name: str) -> None:
    different = []
    for line in lines(name):
        frozen = json.loads(line)
        say = by(parse_document(frozen["document"].encode()), schemas_of(frozen))
        for record, told in frozen["records"]:
            if (said := say(parse_line(json.dumps(record).encode()))) != told:
                different.append((frozen["document"], record, said, told))
    assert different == []


@pytest.mark.parametrize("name", FILES)
def test_the_fast_paths_say_it_too(name: str) -> None:
    different = []
    for line in lines(name):
        frozen = json.loads(line)
        records = [parse_line(json.dumps(record).encode()) for record, _ in frozen["records"]]
        told = [said for _, said in frozen["records"]]
        say = by_the_fast_paths(parse_document(frozen["document"].encode()), schemas_of(frozen))
        if (said := [*say(records)]) != told:
            different.append((frozen["document"], said, told))
    assert different == []
