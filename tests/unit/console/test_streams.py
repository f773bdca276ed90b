"""Pages of several streams, of what was redriven, and of topics that several read."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

import pytest
from consoles import Browser, RunningConsole
from unit.console.lakes import LocalLake
from unit.console.test_pages import cells
from unit.contracts.documents import ORDERS

from waybill_common.errors import SettingsRefused
from waybill_common.settings import Settings, StreamSettings
from waybill_console.console_command import _chosen, add_arguments
from waybill_console.context import hurried
from waybill_contracts.document import canonical_bytes
from waybill_streams.chosen_streams import StreamsByName

FOREIGN = StreamSettings(name="orders", topic="shop.orders", contract=canonical_bytes(ORDERS))
TWIN = FOREIGN.model_copy(
    update={"name": "copies", "contract": canonical_bytes(ORDERS | {"stream": "copies"})}
)
BROKEN = SettingsRefused("Its stream.toml says no topic.", allowed="a topic.", remedy="write one.")


@pytest.fixture
def several(settings: Settings) -> Iterator[Browser]:
    own = hurried(settings)
    streams: StreamsByName = {
        "names": own,
        "orders": own.model_copy(update={"stream": FOREIGN}),
        "copies": own.model_copy(update={"stream": TWIN}),
        "worn": BROKEN,
    }
    with RunningConsole(settings, allow_write=True, streams=streams) as console, console.browser() as browser:
        yield browser


def test_each_stream_is_listed_with_what_of_it_was_redriven(lake: LocalLake, several: Browser) -> None:
    lake.commit(rows=3)
    LocalLake(lake.root, "orders_redriven", "orders.redriven").commit(rows=2)
    page = several.text("/streams")
    said = cells(page)
    assert "names names_topic 1 ?" in said
    assert "orders shop.orders 0 ?" in said
    assert "redriven: orders_redriven orders.redriven 1 ?" in said
    assert "redriven: copies_redriven" not in said
    assert "worn refused Its stream.toml says no topic." in said
    assert '<a href="/streams" aria-current="page">Streams</a>' in page


def test_a_streams_page_shows_what_of_it_was_redriven_and_leads_there(
    lake: LocalLake, several: Browser
) -> None:
    redriven = LocalLake(lake.root, "orders_redriven", "orders.redriven")
    redriven.commit(rows=5)
    redriven.commit(rows=2, dead=1)
    page = several.text("/streams/orders_redriven")
    assert "what was redriven of stream orders" in cells(page)
    assert "Commits 2 Rows 7" in cells(page)
    assert 'href="/streams/orders_redriven/commits/2"' in page
    assert "not_json" in several.text("/streams/orders_redriven/commits/2/objects/1")
    message = several.text("/topics/orders.redriven/messages/0/1")
    assert "/streams/orders_redriven/commits/1/objects/0?from=1" in message


def test_where_nothing_was_redriven_there_is_nothing_to_see(several: Browser) -> None:
    assert "Redriven" not in cells(several.text("/streams/orders"))
    assert "Redriven" not in cells(several.text("/streams/names"))


def test_it_shows_the_redriven_ones_figures(lake: LocalLake, several: Browser) -> None:
    LocalLake(lake.root, "orders_redriven", "orders.redriven").commit(rows=5, dead=2)
    said = cells(several.text("/streams/orders"))
    assert "Redriven Waiting ? offsets Commits 1 Rows 5 last commit Dead letters 2 last commit" in said


def test_a_stream_that_is_refused_says_why_and_the_others_are_shown(several: Browser) -> None:
    assert "Its stream.toml says no topic. Allowed: a topic. What helps: write one." in cells(
        several.text("/streams/worn")
    )
    assert several.get("/streams/nobody").status_code == 404


def test_a_topic_that_two_streams_read_is_shown_as_one_of_them_reads_it(several: Browser) -> None:
    page = several.text("/topics/shop.orders")
    assert "read by stream orders , as which it is shown; also by copies" in cells(page)
    other = several.text("/topics/shop.orders?stream=copies")
    assert "read by stream copies , as which it is shown; also by orders" in cells(other)
    assert 'name="stream" value="copies"' in other
    message = several.text("/topics/shop.orders/messages/0/3?stream=copies")
    assert "/topics/shop.orders/messages/0/2?stream=copies" in message


@pytest.mark.parametrize(
    ("topic", "code"),
    [
        ("shop.orders", 200), ("orders.redriven", 200), ("orders.redrives", 200), ("names_topic.dead", 200),
        ("shop.orders.dead", 403), ("shop.orders.cursor", 403), ("names_topic.cursor", 403), ("other", 403),
    ],
)  # fmt: skip
def test_messages_are_shown_of_the_streams_topics_alone(several: Browser, topic: str, code: int) -> None:
    assert several.get(f"/topics/{topic}/messages/0/0").status_code == code


def test_a_search_asks_of_which_stream(lake: LocalLake, several: Browser) -> None:
    lake.commit(rows=1)
    page = several.text("/search?q=1")
    assert "Of which stream is 1 ?" in cells(page)
    assert 'href="/search?q=1&amp;stream=orders_redriven"' in page
    found = several.get("/search?q=1&stream=names", allow_redirects=False).headers["Location"]
    assert found == "/streams/names/commits/1"
    place = several.get("/search?q=0:7&stream=orders", allow_redirects=False).headers["Location"]
    assert place == "/topics/shop.orders/messages/0/7"
    assert several.get("/search?q=orders", allow_redirects=False).headers["Location"] == "/streams/orders"
    assert 'name="stream" value="names"' in several.text("/streams/names")
    for path in ("/search?q=abc", "/search?q=0:7", "/search", "/search?q=abc&stream=orders"):
        several.text(path)


def test_an_id_that_looks_like_a_commit_can_be_looked_for(lake: LocalLake, several: Browser) -> None:
    lake.commit(rows=1)
    missing = several.get("/streams/names/commits/17").text
    assert "/search?q=17&amp;kind=event&amp;stream=names" in missing
    assert "No row has this id." in several.text("/search?q=17&kind=event&stream=names")


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ([], ["names", "orders", "worn"]),
        (["--all"], ["worn"]),
        (["--stream", "orders"], ["orders"]),
        (["--stream", "n*", "--stream", "worn"], ["names", "worn"]),
        (["--stream.topic", "elsewhere"], ["names"]),
    ],
    ids=lambda one: " ".join(one),
)
def test_it_shows_every_stream_unless_flags_say_which(
    words: list[str], shown: list[str], tmp_path: Path
) -> None:
    (tmp_path / "worn").mkdir()
    (tmp_path / "worn/stream.toml").write_text("x = 1\n")
    parser = ArgumentParser()
    add_arguments(parser)
    flags = parser.parse_args([*words, "--streams", str(tmp_path)])
    _, streams = _chosen(flags, {})
    assert set(shown) <= set(streams)
    assert len(streams) == len(shown) or not words
    if "worn" in streams:
        assert isinstance(streams["worn"], SettingsRefused)
