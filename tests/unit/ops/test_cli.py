"""The command line: what it prints, what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from waybill_common.version import VERSION
from waybill_ops.audit.findings import Code, Finding, tally
from waybill_ops.cli import main


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"waybill {VERSION}\n"


def test_a_verb_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "COMMAND" in capsys.readouterr().err


def test_a_conf_that_is_no_pair_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["submit", "--bundle", "x", "--conf", "spark.ui.enabled"]) == 2
    assert "allowed: KEY=VALUE" in capsys.readouterr().err


def test_no_java_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    assert main(["submit", "--bundle", "x"]) == 50
    assert "There is no java on PATH" in capsys.readouterr().err


@pytest.mark.parametrize("url", ["/no/such/lake", "file:///no/such/lake"], ids=["path", "file"])
def test_a_lake_that_can_not_be_read_has_a_code_of_its_own(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["verify", f"--lake.url={url}"]) == 31
    assert url in capsys.readouterr().err


def test_a_tally_names_the_first_few_and_counts_the_rest() -> None:
    many = [Finding(Code.MISSING, f"partition 0 offset {n}", "") for n in range(50)]
    [one, other] = tally([*many, Finding(Code.LEDGER_GAP, "x", "")], show=20)
    assert (one.code, one.total, len(one.shown)) == (Code.LEDGER_GAP, 1, 1)
    assert (other.code, other.total, len(other.shown)) == (Code.MISSING, 50, 20)
