"""The sandbox's flags: bounds, told before anything starts."""

from __future__ import annotations

import pytest

from waybill_sandbox.api import cli as api_cli
from waybill_sandbox.cli import main


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["up", "--kafka-port=-1"], "allowed: a whole number from 0 to 65,535."),
        (["up", "--api-port=65536"], "allowed: a whole number from 0 to 65,535."),
        (["up", "--s3-port=http"], "allowed: a whole number from 0 to 65,535."),
        (["up", "--nodes=2"], "argument --nodes: invalid choice: 2 (choose from 1, 3)."),
        (["up", "--nodes=0"], "allowed: a whole number from 1 to 3."),
        (["up", "--folder="], "allowed: a path."),
        (["api", "--host="], "allowed: a text that is not empty."),
        (["api", "--port=70000"], "allowed: a whole number from 0 to 65,535."),
        (["demo", "--dist="], "allowed: a path."),
        (
            ["demo", "--spark-hom=x"],
            "waybill-sandbox demo: unknown: --spark-hom (did you mean --spark-home?).",
        ),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)
def test_a_flag_out_of_bounds_is_refused(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err


def test_so_is_one_of_the_simulator_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert api_cli.main(["--port=-1"]) == 2
    assert api_cli.main(["--lake.url=/x"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "simulator: unknown: --lake.url." in err
