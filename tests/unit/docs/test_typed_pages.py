"""A page's commands go through one shell, one block after the other, up to the first that goes wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from pages.page_run import PageFolders, typed
from pages.page_steps import PageStep


@pytest.fixture
def folders(tmp_path: Path) -> PageFolders:
    return PageFolders.make(tmp_path)


def test_what_a_block_sets_is_there_for_the_next(folders: PageFolders) -> None:
    steps = [
        PageStep(1, "export A=1\nb=2\nmkdir below && cd below\n"),
        PageStep(5, "sh -c 'echo $A'; echo $b; basename $PWD; echo error >&2\n", "1\n2\nbelow\nerror\n"),
        PageStep(9, "cat <<'EOF' | tr a b\na\nEOF\ncat\n", "b\n"),
    ]
    assert typed(steps, folders) is None


def test_nothing_of_this_process_is_there(folders: PageFolders, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYBILL_LAKE__URL", "/lake")
    steps = [PageStep(1, 'echo "$WAYBILL_LAKE__URL"; ls -A . ~\n', ".:\n\n/…:\n")]
    assert typed(steps, folders) is None


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (
            PageStep(7, "echo a\nfalse\necho b\n"),
            "line 7: echo a\nfalse\necho b\nended with 1, having printed:\na\n",
        ),
        (PageStep(7, "false | cat\n"), "ended with 1"),
        (PageStep(7, "exit 3\n"), "ended with 3"),
        (PageStep(7, "echo 2\n", "1\n"), "line 7: echo 2\n--- the page\n+++ what was printed\n"),
    ],
    ids=["a command that fails", "in a pipe", "an end", "another output"],
)
def test_the_first_that_goes_wrong_is_told(wrong: PageStep, told: str, folders: PageFolders) -> None:
    found = typed([PageStep(1, "true\n", ""), wrong, PageStep(9, "echo c\n", "d\n")], folders)
    assert found is not None
    assert told in found
    assert "line 9" not in found
