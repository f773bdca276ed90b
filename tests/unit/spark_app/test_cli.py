"""The application's command line: what it refuses before Spark starts."""

from __future__ import annotations

import pytest

from waybill_common.version import VERSION
from waybill_spark.cli import main


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--backfill-from=0:1"], "--backfill-from and --backfill-to belong together."),
        (["--backfill-from=1969-01-01", "--backfill-to=0:1"], "allowed: offsets such as 0:100,1:50"),
        (["--stop-file="], "allowed: a path."),
        (["--stop-fil=x"], "unknown: --stop-fil (did you mean --stop-file?)."),
        (
            ["--delivery.rows-per-object=5", "--delivery.trigger=0.5 seconds"],
            "delivery.trigger = '0.5 seconds'",
        ),
        (["--producer.pages=3"], "--producer.pages is no flag of this command"),
    ],
    ids=["one edge", "edge", "stop file", "short", "trigger", "another's"],
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
