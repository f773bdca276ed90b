"""What language 1 says of a record is said for ever (``corpus/make_language_1.py`` made the file)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

import pytest
from corpus.frozen import lines

from waybill_contracts.by_hand import Say, by_the_auditor, by_the_judge, parse_line
from waybill_contracts.document import ContractDocument, parse_document

FILE = "1.jsonl.xz"
FROZEN = 284
SHA256 = "bd93bab936eac1480532307971119a1de74135159e0e0af6e918fdc681ae502c"


def test_no_frozen_line_was_altered() -> None:
    assert hashlib.sha256(b"".join(lines(FILE)[:FROZEN])).hexdigest() == SHA256


@pytest.mark.parametrize("by", [by_the_judge, by_the_auditor], ids=["judge", "auditor"])
def test_both_judges_say_what_was_said(by: Callable[[ContractDocument], Say]) -> None:
    different = []
    for line in lines(FILE):
        frozen = json.loads(line)
        say = by(parse_document(frozen["document"].encode()))
        for record, told in frozen["records"]:
            if (said := say(parse_line(json.dumps(record).encode()))) != told:
                different.append((frozen["document"], record, said, told))
    assert different == []
