"""`make audit`: findings count, accepted ones are mentioned, and what could not be asked is never "nothing found"."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from waybill_supply import audit

JAR = {"coordinate": "org.some:jar:1.0", "file": "jar-1.0.jar", "sha256": "d" * 64}
HOLE = {
    "id": "GHSA-1",
    "aliases": ["CVE-1"],
    "affected": [{"package": {"name": "org.some:jar"}, "ranges": [{"events": [{"fixed": "1.1"}]}]}],
}
CLEAN = {"dependencies": [{"name": "some-library", "version": "1.2.0", "vulns": []}]}
HIT = {
    "dependencies": [
        {
            "name": "some-library",
            "version": "1.2.0",
            "vulns": [{"id": "PYSEC-1", "aliases": ["CVE-2"], "fix_versions": ["1.3"]}],
        }
    ]
}
SKIPPED = {"dependencies": [{"name": "some-library", "skip_reason": "not found, could not be audited"}]}
NONSENSE: list[dict[str, Any]] = [{"id": "none"}]
NOWHERE = "http://127.0.0.1:9/v1/query"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for folder in ("jvm", "python"):
        (tmp_path / "3rdparty" / folder).mkdir(parents=True)
    (tmp_path / "3rdparty/jvm/some.json").write_text(json.dumps({"jars": [JAR]}))
    (tmp_path / "3rdparty/python/some.lock").write_text("some-library==1.2.0 --hash=sha256:00\n")
    (tmp_path / "3rdparty/accepted.toml").write_text("")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.delenv("CI", raising=False)
    pip_audit(tmp_path, CLEAN)
    return tmp_path


def pip_audit(root: Path, answer: object, last_line: str = "") -> None:
    """A stand-in, which answers that or ends with that line."""
    text = f"raise SystemExit({last_line!r})" if last_line else f"print({json.dumps(answer)!r})"
    (root / "pip_audit.py").write_text(text + "\n")


@pytest.fixture
def osv(request: pytest.FixtureRequest) -> Iterator[str]:
    """OSV's database, which knows ``request.param`` of each jar."""
    holes: list[dict[str, Any]] = getattr(request, "param", [])

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer: dict[str, Any] = {"vulns": holes}
            if self.path.endswith("batch"):
                ids = {"vulns": [{"id": hole["id"]} for hole in holes]} if holes else {}
                answer = {"results": [ids for _ in question["queries"]]}
            body = json.dumps({} if holes is NONSENSE else answer).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
        server.shutdown()
        thread.join()


def test_where_nothing_is_known_it_ends_with_0(
    root: Path, osv: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit.main([str(root), osv]) == 0
    assert capsys.readouterr().out == "0 known holes that count, 0 accepted\n"


@pytest.mark.parametrize("osv", [[HOLE]], indirect=True, ids=["a jar"])
def test_a_jars_hole_counts_and_says_what_mends_it(
    root: Path, osv: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit.main([str(root), osv]) == audit.FOUND
    line = "org.some:jar 1.0 (some.json): GHSA-1 CVE-1; mended in 1.1\n"
    assert capsys.readouterr().out == f"{line}1 known holes that count, 0 accepted\n"


def test_a_locks_hole_counts(root: Path, osv: str, capsys: pytest.CaptureFixture[str]) -> None:
    pip_audit(root, HIT)
    assert audit.main([str(root), osv]) == audit.FOUND
    assert "some-library 1.2.0 (some.lock): PYSEC-1 CVE-2; mended in 1.3\n" in capsys.readouterr().out


def test_what_is_accepted_is_mentioned_and_does_not_count(
    root: Path, osv: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pip_audit(root, HIT)
    (root / "3rdparty/accepted.toml").write_text(
        '[[accepted]]\nid = "CVE-2"\npackage = "some-library"\nwhy = "never called"\n'
    )
    assert audit.main([str(root), osv]) == 0
    assert "accepted: never called\n0 known holes that count, 1 accepted\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("in_ci", "connected", "code"),
    [
        pytest.param("", True, 0, id="at home"),
        pytest.param("true", False, 0, id="CI without network"),
        pytest.param("true", True, audit.NOT_ASKED, id="CI with network"),
    ],
)
def test_a_database_out_of_reach_is_said_and_fails_only_a_ci_with_network(
    in_ci: str,
    connected: bool,
    code: int,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CI", in_ci)
    monkeypatch.setattr(audit, "network", lambda: connected)
    assert audit.main([str(root), NOWHERE]) == code
    told = capsys.readouterr()
    assert "out of reach" in told.err
    assert "known holes" not in told.out


@pytest.mark.parametrize(
    ("answer", "last_line"),
    [
        pytest.param(SKIPPED, "", id="skipped, which pip-audit calls clean"),
        pytest.param(None, "requests.exceptions.ConnectionError: no route", id="no connection"),
    ],
)
def test_a_lock_that_could_not_be_looked_up_is_not_clean(
    answer: object, last_line: str, root: Path, osv: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pip_audit(root, answer, last_line)
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(audit, "network", lambda: True)
    assert audit.main([str(root), osv]) == audit.NOT_ASKED


@pytest.mark.parametrize("osv", [[HOLE]], indirect=True, ids=["a jar"])
def test_what_was_found_before_the_connection_broke_counts(root: Path, osv: str) -> None:
    pip_audit(root, SKIPPED)
    assert audit.main([str(root), osv]) == audit.FOUND


@pytest.mark.parametrize("osv", [NONSENSE], indirect=True, ids=["{}"])
def test_an_answer_of_somebody_else_is_no_finding(
    root: Path, osv: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(audit, "network", lambda: True)
    assert audit.main([str(root), osv]) == audit.NOT_ASKED
    assert "out of reach" in capsys.readouterr().err


def test_a_lock_that_takes_too_long_is_no_finding(
    root: Path, osv: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "pip_audit.py").write_text("import time; time.sleep(60)\n")
    monkeypatch.setattr(audit, "LOCK_SECONDS", 0.2)
    assert audit.main([str(root), osv]) == 0
    assert "out of reach" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("accepted.toml", None),
        ("accepted.toml", "[[accepted]]\nid = 1\n"),
        ("jvm/some.json", "{"),
        ("jvm/some.json", '{"jars": [{"coordinate": "one"}]}'),
    ],
)
def test_a_file_that_cannot_be_used_is_a_mistake_of_ours(
    file: str, text: str | None, root: Path, osv: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = root / "3rdparty" / file
    path.unlink() if text is None else path.write_text(text)
    assert audit.main([str(root), osv]) == audit.UNUSABLE
    assert f"{path} can't be used" in capsys.readouterr().err


def test_a_tree_without_locks_is_not_clean(root: Path, osv: str, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "3rdparty/python/some.lock").unlink()
    assert audit.main([str(root), osv]) == audit.UNUSABLE
    assert "no lock" in capsys.readouterr().err


@pytest.mark.parametrize("osv", [[HOLE]], indirect=True, ids=["a jar"])
def test_what_was_found_is_told_beside_a_lock_that_cannot_be_used(
    root: Path, osv: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pip_audit(root, None, "ERROR: requirement flask does not contain a hash")
    assert audit.main([str(root), osv]) == audit.UNUSABLE
    assert "GHSA-1" in capsys.readouterr().out


def test_a_lock_that_pip_audit_refuses_is_a_mistake_of_ours(
    root: Path, osv: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pip_audit(root, None, "ERROR: requirement flask does not contain a hash")
    assert audit.main([str(root), osv]) == audit.UNUSABLE
    assert "some.lock: ERROR: requirement flask" in capsys.readouterr().err
