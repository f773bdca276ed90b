"""A redrive into a topic that other streams read, too: each of them is named, or nothing is sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from stream_folders import write_folder

from waybill_common.errors import DeadLettersRefused, SettingsRefused
from waybill_common.settings import StreamSettings
from waybill_ops.cli import main
from waybill_ops.redrive import check_readers
from waybill_streams.redrives import route_of, route_of_redriven

OWN = StreamSettings()
FOREIGN = StreamSettings(name="orders", topic="shop.orders", contract=b"{}")
TOPICS = {
    "names": "names_topic", "copies": "names_topic", "archive": "names_topic", "orders": "shop.orders",
    "twins": "shop.orders", "seconds": "orders.redriven",
}  # fmt: skip


@pytest.mark.parametrize(
    ("stream", "named"),
    [(OWN, ["archive", "copies"]), (OWN, ["copies", "archive", "copies"]), (FOREIGN, ["seconds"])],
    ids=["both", "in any order", "what reads the redriven ones"],
)
def test_it_goes_where_every_other_reader_is_named(stream: StreamSettings, named: list[str]) -> None:
    check_readers(stream, TOPICS, named, route_of(stream))


def test_a_topic_that_nobody_else_reads_needs_no_name() -> None:
    check_readers(OWN, {"names": "names_topic", "orders": "shop.orders"}, [], route_of(OWN))


@pytest.mark.parametrize(
    ("stream", "named", "said"),
    [
        (OWN, [], "is read by archive, copies as well"),
        (OWN, ["copies"], "is read by archive as well"),
        (FOREIGN, [], "orders.redriven, which redrives of stream orders are sent to, is read by seconds"),
    ],
    ids=["none is named", "one is missing", "of a topic that others fill"],
)
def test_it_is_refused_while_one_is_not_named(stream: StreamSettings, named: list[str], said: str) -> None:
    with pytest.raises(DeadLettersRefused, match=said) as refused:
        check_readers(stream, TOPICS, named, route_of(stream))
    assert "--also-into" in refused.value.remedy


@pytest.mark.parametrize(
    ("stream", "named", "allowed"),
    [
        (OWN, ["copise", "archive", "copies"], "archive, copies."),
        (OWN, ["names", "archive", "copies"], "archive, copies."),
        (FOREIGN, ["twins", "seconds"], "seconds."),
        (StreamSettings(topic="alone"), ["copies"], "none: no other stream reads it."),
    ],
    ids=["nobody", "itself", "of another topic", "nobody reads it"],
)
def test_a_name_of_a_stream_that_does_not_read_it_is_refused(
    stream: StreamSettings, named: list[str], allowed: str
) -> None:
    with pytest.raises(SettingsRefused, match="no other stream of that name reads") as refused:
        check_readers(stream, TOPICS, named, route_of(stream))
    assert refused.value.allowed == allowed


def test_letters_of_what_was_redriven_go_into_its_topic_also_of_a_stream_that_has_a_source_now() -> None:
    topics, route = TOPICS | {"thirds": "names.redriven"}, route_of_redriven(OWN)
    with pytest.raises(DeadLettersRefused, match=r"names\.redriven, .* is read by thirds as well"):
        check_readers(OWN, topics, [], route)
    check_readers(OWN, topics, ["thirds"], route)


def test_a_redrive_of_what_was_redriven_asks_who_reads_that_topic(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_folder(tmp_path / "streams", "copies", 'topic = "names_topic"\n')
    write_folder(tmp_path / "streams", "thirds", 'topic = "names.redriven"\n')
    given = ["redrive", "--redriven", f"--lake.url={tmp_path}", f"--streams={tmp_path}/streams"]
    assert main(given) == 61
    assert "is read by thirds as well" in capsys.readouterr().err


@pytest.mark.parametrize("sends", [(), ("--send",)], ids=["dry run", "send"])
def test_folders_and_settings_say_who_reads_it(
    sends: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_folder(tmp_path / "streams", "copies", 'topic = "elsewhere"\n')
    given = ["redrive", *sends, f"--lake.url={tmp_path}", f"--streams={tmp_path}/streams"]
    config = tmp_path / "waybill.toml"
    config.write_text('[streams.copies]\ntopic = "names_topic"\n')
    assert main([*given, f"--config={config}"]) == 61
    assert "is read by copies as well" in capsys.readouterr().err
    config.write_text("")
    assert main([*given, f"--config={config}", "--also-into", "copies"]) == 2
    assert "no other stream of that name reads names_topic" in capsys.readouterr().err
