"""The version is written twice, once for BUILD files and once for the code, because neither can read the other."""

from __future__ import annotations

import re
from pathlib import Path

from waybill_common.version import VERSION

MACROS = Path(__file__).parents[2] / "build-support" / "macros.build"


def test_build_files_and_code_say_the_same_version() -> None:
    assert re.findall(r'^VERSION = "(.*?)"', MACROS.read_text(), re.MULTILINE) == [VERSION]
