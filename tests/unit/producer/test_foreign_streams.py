"""The producer fills the streams that name its source, and no other."""

from __future__ import annotations

import pytest

from waybill_common.errors import SettingsRefused
from waybill_common.settings import StreamSettings
from waybill_producer.cli import main
from waybill_producer.stream import SOURCE, check_source
from waybill_streams.finding import StreamFolders


def test_a_topic_that_others_fill_is_left_to_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stream=orders"]) == 2
    assert "The stream orders has no [source]" in capsys.readouterr().err


def test_another_source_is_not_taken_for_its_own() -> None:
    with pytest.raises(SettingsRefused, match="a source of type some_api"):
        check_source(StreamSettings(name="a", topic="t", source="some_api"))


def test_the_stream_of_0_1_0_is_filled() -> None:
    assert StreamFolders().find("names").source == SOURCE
    check_source(StreamSettings(source=SOURCE))
