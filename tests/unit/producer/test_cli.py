"""The producer's command line: what it refuses before it asks anybody."""

from __future__ import annotations

import pytest

from waybill_common.version import VERSION
from waybill_producer.cli import main


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--source.results=0", "--producer.pages=0"], "2 things are wrong with the settings:"),
        (["--pseudonym.key=hush"], "--pseudonym.key is no flag, since others can read those"),
        (["--lake.url=/x"], "--lake.url is no flag of this command"),
        (["--page=3", "hush"], "producer: unknown: --page, hush."),
    ],
    ids=["bounds", "secret", "another's", "unknown"],
)
def test_what_is_wrong_is_told_on_stderr_alone(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"{VERSION}\n"
