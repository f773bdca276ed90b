"""Pages over a lake on this disk. No broker answers: they say so, and show what the lake says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from consoles import Browser, RunningConsole
from pydantic import HttpUrl, SecretStr
from sample_events import nth_event
from unit.console.lakes import SCRIPT, LocalLake

from waybill_common.settings import LakeSettings, Settings
from waybill_console.cluster.offsets import Bounds
from waybill_console.stream.commits import lags, total_waiting

SILENT = "Kafka has not answered since"


def cells(page: str) -> str:
    """The page's text, without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


@pytest.mark.parametrize(
    "path", ["/", "/topics", "/topics/names_topic", "/topics/names_topic/messages/0/3", "/streams/names"]
)
def test_a_page_that_asks_kafka_says_since_when_it_is_silent(browser: Browser, path: str) -> None:
    page = browser.text(path)
    assert SILENT in page
    assert re.search(r'since <time datetime="20[0-9T:.+-]+">', page)
    assert 'data-refresh="2"' in page
    assert "Traceback" not in page


def test_the_streams_page_shows_the_lake_without_kafka(lake: LocalLake, browser: Browser) -> None:
    for number in range(1, 21):
        lake.commit(rows=number, dead=2 if number == 20 else 0, lost=3 if number == 5 else 0)
    lake.commit(close=False)
    said = cells(browser.text("/streams/names"))
    assert "Commits 20" in said
    assert f"Rows {sum(range(1, 21))} last 20 commits" in said
    assert "#20" in said
    assert "#5 0 " in said  # the lost range
    assert "Commit #21 is open since" in said
    assert "not_json 2" in said


def test_what_is_not_known_is_not_told_as_nothing() -> None:
    bounds = {0: Bounds(3, 10), 1: Bounds(0, 0)}
    [first, second] = lags(None, bounds)
    assert (first.waiting, first.lost, second.waiting) == (None, 0, None)
    assert total_waiting([first, second]) is None
    [first, second, third] = lags({0: 2, 2: 5}, bounds)
    assert (first.waiting, first.lost) == (7, 1)
    assert (second.frontier, second.waiting) == (0, 0)
    assert (third.waiting, third.lost) == (None, 0)
    assert total_waiting([first, second]) == 7


def test_the_last_200_commits_are_pictured(lake: LocalLake, browser: Browser) -> None:
    for _ in range(203):
        lake.commit(rows=1)
    page = browser.text("/streams/names")
    assert page.count("<title>commit ") == 200
    assert "commit 203: 1 rows" in page
    assert "commit 3: 1 rows" not in page


def test_all_commits_are_a_page_at_a_time(lake: LocalLake, browser: Browser) -> None:
    for _ in range(60):
        lake.commit(rows=1)
    newest = browser.text("/streams/names/commits")
    assert "11 to 60 of 60" in newest
    older = browser.text("/streams/names/commits?before=11")
    assert "1 to 10 of 60" in older
    assert "?before=61" in older
    for text in ("x", "-1", "99999999999999999999", "0"):
        browser.text(f"/streams/names/commits?before={text}")


def test_a_commit_its_objects_and_their_rows_link_to_messages(lake: LocalLake, browser: Browser) -> None:
    lake.commit(rows=5)
    lake.commit(rows=8, dead=1)
    commit = browser.text("/streams/names/commits/2")
    [data, dead] = re.findall(r'href="(/streams/names/commits/2/objects/[0-9])"', commit)
    rows = browser.text(data)
    assert nth_event(6).full_name in rows
    assert "as stored" in rows
    assert 'href="/topics/names_topic/messages/0/6"' in rows
    assert "2026-11-22 12:00:00+00" in rows
    assert "José 13" not in browser.text(f"{data}?from=8")[: rows.index("</thead>")]
    assert "not_json" in browser.text(dead)


def test_a_message_leads_to_its_commit_and_object(lake: LocalLake, browser: Browser) -> None:
    for _ in range(9):
        lake.commit(rows=5, dead=1)
    page = browser.text("/topics/names_topic/messages/0/17")  # commit 3 has the offsets 14 to 20
    assert "/streams/names/commits/3/objects/0?from=17" in page
    dead = browser.text("/topics/names_topic/messages/0/19")
    assert "/streams/names/commits/3/objects/1?from=19" in dead
    assert "no object has this offset" in browser.text("/topics/names_topic/messages/0/20")
    assert "not delivered yet" in browser.text("/topics/names_topic/messages/0/99999")


def test_what_lies_before_the_datasets_beginning_is_neither_delivered_nor_lost(
    lake: LocalLake, browser: Browser
) -> None:
    lake.origin = {0: 7}
    lake.commit(rows=5)
    assert "The dataset begins at 0:7 , by partition" in cells(browser.text("/streams/names"))
    assert "It lies before the dataset's beginning" in browser.text("/topics/names_topic/messages/0/6")
    assert "/streams/names/commits/1/objects/0" in browser.text("/topics/names_topic/messages/0/7")


def test_a_dataset_whose_first_commit_is_open_stands_where_that_begins(
    lake: LocalLake, browser: Browser
) -> None:
    lake.origin = {0: 7}
    lake.commit(rows=5, close=False)
    assert "The dataset begins at 0:7" in cells(browser.text("/streams/names"))
    assert "not delivered yet" in browser.text("/topics/names_topic/messages/0/7")


def test_the_search_finds_an_event_and_a_commit(lake: LocalLake, browser: Browser) -> None:
    for _ in range(4):
        lake.commit(rows=5)
    found = browser.text(f"/search?q={nth_event(8).id}")
    assert "/topics/names_topic/messages/0/8" in found
    assert "/streams/names/commits/2/objects/0?from=8" in found
    assert "No row has this id." in browser.text(f"/search?q={nth_event(999).id}")
    assert browser.get("/search?q=3", allow_redirects=False).headers["Location"] == "/streams/names/commits/3"
    place = browser.get("/search?q=a.b-1-2", allow_redirects=False).headers["Location"]
    assert place == "/topics/a.b/messages/1/2"


def test_more_commits_are_looked_through_when_asked(lake: LocalLake, browser: Browser) -> None:
    for _ in range(3):
        lake.commit(rows=5)
    page = browser.text(f"/search?q={nth_event(1).id}&before=3")
    assert "/commits/1/objects/0" in page
    page = browser.text(f"/search?q={nth_event(14).id}&before=3")
    assert "Looked through 2 commits, down to" in page


def test_foreign_text_runs_nowhere(lake: LocalLake, browser: Browser) -> None:
    lake.commit(rows=0, dead=3)
    for path in (
        "/streams/names/commits/1/objects/0",
        "/search?q=<script>alert(1)</script>",
        "/topics/<script>alert(1)<%2Fscript>",
        "/topics/%22%3E%3Cscript%3Ealert(1)",
        '/topics?filter="><script>alert(1)</script>',
        "/topics/names_topic?order=time&from=<script>alert(1)</script>",
        "/streams/<script>",
    ):
        page = browser.get(path).text
        assert "<script>alert" not in page, path
        assert page.count("<script") == 1, path
    assert SCRIPT.replace("<", "&lt;").replace(">", "&gt;").split('"')[0] in browser.text(
        "/streams/names/commits/1/objects/0"
    )


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/streams/other",
        "/streams/names/commits/0",
        "/streams/names/commits/7",
        "/streams/names/commits/99999999999999999999999",
        "/streams/names/commits/1/objects/9",
        "/topics/names_topic/messages/0/99999999999999999999999",
        "/static/../views.py",
        "/static/%2e%2e/views.py",
    ],
)
def test_what_is_not_there_is_404(lake: LocalLake, browser: Browser, path: str) -> None:
    lake.commit(rows=1)
    assert browser.get(path).status_code == 404


@pytest.mark.parametrize("topic", ["names_topic.cursor", "__consumer_offsets", "connect-configs"])
def test_messages_of_topics_that_no_stream_names_are_not_shown(browser: Browser, topic: str) -> None:
    for path in (f"/topics/{topic}/messages/0/0", f"/topics/{topic}/messages/0/0/value"):
        assert browser.get(path).status_code == 403


def test_nothing_delivered_says_what_to_do(browser: Browser) -> None:
    assert "waybill submit" in browser.text("/streams/names")
    assert browser.get("/streams/names/commits/1").status_code == 404


def test_a_lake_that_is_no_folder_is_told(settings: Settings, tmp_path: Path) -> None:
    lost = settings.model_copy(
        update={"lake": settings.lake.model_copy(update={"url": str(tmp_path / "none" / "lake")})}
    )
    with RunningConsole(lost) as console, console.browser() as browser:
        page = browser.text("/streams/names")
        assert "The lake refuses since" in page
        assert "is no folder" in page


def test_a_store_that_does_not_answer_is_told(settings: Settings) -> None:
    away = LakeSettings(
        url="s3://lake/waybill",
        endpoint=HttpUrl("http://127.0.0.1:1"),
        access_key_id="key",
        secret_access_key=SecretStr("secret"),
    )
    with RunningConsole(settings.model_copy(update={"lake": away})) as console, console.browser() as browser:
        for path in ("/streams/names", "/streams/names/commits", "/streams/names/commits/1"):
            assert "The lake has not answered since" in browser.text(path)


def test_a_receipt_that_is_none_is_told_and_the_others_are_shown(lake: LocalLake, browser: Browser) -> None:
    for _ in range(3):
        lake.commit(rows=2)
    (lake.folder / "_waybill/00000000000000000002.receipt.json").write_text('{"format": 3, "rows": "<b>"}')
    assert "refuses since" in browser.text("/streams/names/commits/2")
    assert "closed" in browser.text("/streams/names/commits/3")
    for path in ("/streams/names", "/streams/names/commits"):
        page = browser.text(path).replace("&#39;", "'")
        assert "Receipt #2 can't be read: _waybill/00000000000000000002.receipt.json" in page
        assert "/streams/names/commits/3" in page


def test_a_receipt_that_was_deleted_is_told(
    lake: LocalLake, console: RunningConsole, browser: Browser
) -> None:
    lake.commit()
    assert "/streams/names/commits/1" in browser.text("/streams/names/commits")
    (lake.folder / "_waybill/00000000000000000001.receipt.json").unlink()
    console.context.store.forget(("newest", "names"))
    assert "latest.json names it, and it is gone" in browser.text("/streams/names/commits")


@pytest.mark.parametrize("body", [b"", b"PAR1", b"\x00" * 100])
def test_an_object_that_is_none_is_told(lake: LocalLake, browser: Browser, body: bytes) -> None:
    lake.commit(rows=2)
    [path] = (lake.folder / "data").rglob("*.parquet")
    path.write_bytes(body)
    assert "looked into" in browser.text("/streams/names/commits/1/objects/0")
    path.unlink()
    assert "it is gone" in browser.text("/streams/names/commits/1/objects/0?from=0")


def test_a_ledger_without_its_hint_is_read_the_same(lake: LocalLake, browser: Browser) -> None:
    for _ in range(40):
        lake.commit(rows=1, hint=False)
    assert "Commits 40" in cells(browser.text("/streams/names"))


def test_pages_have_their_landmarks_and_labels(browser: Browser) -> None:
    for path in ("/", "/topics", "/topics/names_topic", "/streams/names", "/search", "/new-topic"):
        page = browser.text(path)
        assert page.count("<h1") == 1, path
        assert page.count('<main id="main"') == 1
        assert 'class="skip" href="#main"' in page
        assert '<html lang="en">' in page
        assert not re.search(r"\sstyle=|\son[a-z]+=", page), path
        for field in re.findall(r'<(?:input|select)[^>]* id="([^"]+)"', page):
            assert f'for="{field}"' in page, (path, field)
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids)), path
