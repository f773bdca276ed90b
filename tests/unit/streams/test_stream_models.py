"""A stream's contract.py: ``stream test`` says where contract.json is another one, and nothing else runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from unit.contracts.models import with_model, write_model

from waybill_contracts.from_model import model_of
from waybill_ops.cli import main
from waybill_streams.finding import StreamFolders

SALE = """
from pydantic import BaseModel

class Sale(BaseModel):
    id: str
"""
ROW = '{"id": "a"}\n'


@pytest.fixture
def streams(tmp_path: Path) -> Path:
    return tmp_path / "my streams"


@pytest.fixture
def folder(streams: Path) -> Path:
    """Whose contract.json is made of its contract.py, and whose samples are rows."""
    found = with_model(streams, "sales", SALE, rows=ROW)
    assert main(publishing(streams)) == 0
    return found


def publishing(streams: Path) -> list[str]:
    return [
        "contract",
        "publish",
        "--stream",
        "sales",
        "--streams",
        str(streams),
        f"--lake.url={streams.parent}/lake",
    ]


def judged(streams: Path, *more: str) -> int:
    return main(["stream", "test", "sales", f"--streams={streams}", *more])


def test_a_contract_that_is_what_the_model_makes_passes(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert judged(folder.parent) == 0
    assert capsys.readouterr() == ("sales: 1 rows, 0 dead letters, 0 skipped, as expected\n", "")


def test_one_that_is_not_is_told_with_the_command_that_mends_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_model(folder, f"{SALE}    note: str | None = None\n")
    assert judged(folder.parent, "--json") == 62
    told = capsys.readouterr()
    assert told.out == ""
    assert (
        "contract.json is not what contract.py beside it makes:\n  - note is new: string, optional"
        in told.err
    )
    assert f"run `waybill contract publish --stream sales --streams '{folder.parent}'`" in told.err
    assert main(publishing(folder.parent)) == 0
    assert judged(folder.parent) == 0


def test_by_a_variable_the_command_needs_no_flag(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAYBILL_STREAMS_FOLDER", str(folder.parent))
    (folder / "contract.json").unlink()
    assert main(["stream", "test", "sales"]) == 62
    told = capsys.readouterr().err
    assert "has a contract.py and no contract.json" in told
    assert "`waybill contract publish --stream sales`" in told


def test_what_it_prints_is_no_result(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write_model(folder, f"{SALE}print('noise')\nimport os\nos.system('echo more')\n")
    assert judged(folder.parent, "--json") == 0
    told = capfd.readouterr()
    assert json.loads(told.out)["rows"] == 1
    assert "noise\n" in told.err
    assert "more\n" in told.err


@pytest.mark.parametrize(
    "source", ["raise ValueError\n", "import sys\nsys.exit()\n", "import nowhere\n", "x = 1\n"]
)
def test_one_that_can_not_be_run_is_refused(
    source: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_model(folder, source)
    assert judged(folder.parent) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "contract.py" in told.err
    assert "Traceback" not in told.err


@pytest.mark.parametrize("name", [*StreamFolders().places])
def test_waybills_own_documents_are_what_their_models_make(name: str) -> None:
    """That of 0.1.0's stream too, with all that no model says: its wire, and what makes it judge as that release."""
    model = model_of(StreamFolders().find(name))
    if name == "names":
        assert model is not None
    if model is not None and model.base is not None:
        assert model.made().text == model.base.text


@pytest.mark.parametrize(
    "words",
    [
        ["stream", "show", "sales"],
        ["stream", "list"],
        *(
            [verb, "--stream", "sales", "--kafka.bootstrap-servers=127.0.0.1:1", "--kafka.timeout=1"]
            for verb in ("plan", "deliver", "lag", "verify", "report")
        ),
        ["contract", "pull", "new.json", "--stream", "sales"],
    ],
    ids=lambda words: " ".join(words[:2]) if words[0] in ("stream", "contract") else words[0],
)
def test_no_other_command_runs_it(
    words: list[str], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever else each of them does here, without a broker."""
    monkeypatch.chdir(tmp_path)
    write_model(folder, f"from pathlib import Path\nPath({str(tmp_path / 'run')!r}).touch()\n{SALE}")
    lake = [] if words[0] == "stream" else [f"--lake.url={tmp_path}/lake"]
    main([*words, f"--streams={folder.parent}", *lake])
    assert not (tmp_path / "run").exists()
    assert judged(folder.parent) == 0
    assert (tmp_path / "run").exists()
