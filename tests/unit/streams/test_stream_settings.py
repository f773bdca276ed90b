"""Which stream a program works on, and how its folder, ``[streams.NAME]`` and 0.1.0's ``[stream]`` come together."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from stream_folders import write_folder

from waybill_common.cli import Parser
from waybill_common.errors import SettingsRefused
from waybill_common.settings import (
    NO_CONTRACT,
    Settings,
    add_settings_flags,
    as_variables,
    as_words,
    with_settings,
)
from waybill_streams.stream_settings import settings_of

ORDERS = 'topic = "shop.orders"\ndataset = "sales"\n\n[delivery]\nwindow_past = 30\n'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """``streams`` in it has two streams; no stray waybill.toml is read."""
    monkeypatch.chdir(tmp_path)
    write_folder(tmp_path / "streams", "shop_orders", ORDERS, b'{"stream":"shop_orders"}')
    write_folder(tmp_path / "streams", "clicks", 'topic = "web.clicks"\n')
    (tmp_path / "streams").chmod(0o755)
    tmp_path.chmod(0o755)
    return tmp_path


def parsed(flags: Sequence[str]) -> Namespace:
    parser = Parser()
    add_settings_flags(parser, *Settings.model_fields)
    found: Namespace = parser.parse_args(flags)
    return found


def of(flags: Sequence[str], variables: Mapping[str, str] | None = None) -> Settings:
    folders = {"WAYBILL_STREAMS_FOLDER": "streams", **(variables or {})}
    return settings_of(parsed(flags), folders, "test")


def test_without_a_name_it_is_the_stream_of_0_1_0_with_its_own_settings() -> None:
    found = of((), {"WAYBILL_STREAM__TOPIC": "other"}).stream
    assert (found.name, found.topic, found.lake_folder, found.is_filled) == ("names", "other", "names", True)


@pytest.mark.parametrize(
    ("flags", "variables"),
    [
        (["--stream=shop_orders"], {}),
        (["--stream.name=shop_orders"], {}),
        ([], {"WAYBILL_STREAM__NAME": "shop_orders"}),
        (["--stream=shop_orders", "--stream.name=shop_orders"], {}),
        (["--stream=shop_orders"], {"WAYBILL_STREAM__NAME": "clicks"}),
        (["--stream", "shop_orders", "--streams", "streams"], {"WAYBILL_STREAMS_FOLDER": "nowhere"}),
    ],
    ids=["--stream", "--stream.name", "its variable", "both", "a flag beats a variable", "--streams"],
)
def test_a_streams_folder_gives_what_no_setting_says(flags: list[str], variables: dict[str, str]) -> None:
    found = of(flags, variables)
    assert (found.stream.name, found.stream.topic, found.stream.lake_folder) == (
        "shop_orders",
        "shop.orders",
        "sales",
    )
    assert (found.stream.contract, found.stream.is_filled) == (b'{"stream":"shop_orders"}', False)
    assert found.delivery.window_past == 30


def test_any_source_of_settings_beats_the_folder(folder: Path) -> None:
    (folder / "waybill.toml").write_text('[delivery]\nwindow_past = 40\n[streams.shop_orders]\ntopic = "a"\n')
    found = of(["--stream=shop_orders"])
    assert (found.stream.topic, found.delivery.window_past) == ("a", 40)
    found = of(["--stream=shop_orders"], {"WAYBILL_STREAMS__SHOP_ORDERS__TOPIC": "b"})
    assert found.stream.topic == "b"
    both = {"WAYBILL_STREAMS__SHOP_ORDERS__TOPIC": "b", "WAYBILL_STREAMS__SHOP_ORDERS__DATASET": "c"}
    found = of(["--stream=shop_orders", "--stream.topic=d"], both)
    assert (found.stream.topic, found.stream.lake_folder) == ("d", "c")


def test_what_is_said_of_one_stream_is_not_said_of_another(folder: Path) -> None:
    """A waybill.toml of 0.1.0 names a topic, which stays that of ``names``."""
    (folder / "waybill.toml").write_text('[stream]\ntopic = "mine"\n')
    assert of(()).stream.topic == "mine"
    assert of(["--stream=clicks"]).stream.topic == "web.clicks"
    assert of(["--stream=clicks"], {"WAYBILL_STREAM__DATASET": "x"}).stream.lake_folder == "clicks"
    named = {"WAYBILL_STREAM__NAME": "clicks", "WAYBILL_STREAM__TOPIC": "new"}
    assert of((), named).stream.topic == "new"
    assert of(["--stream=shop_orders"], named).stream.topic == "shop.orders"


def test_a_start_that_is_said_of_no_stream_is_not_passed_over(folder: Path) -> None:
    """The first run writes down where the dataset begins, and a later one can't mend it."""
    with pytest.raises(
        SettingsRefused, match=r"WAYBILL_STREAM__START.*of the stream names.*streams\.clicks\.start"
    ):
        of(["--stream=clicks"], {"WAYBILL_STREAM__START": "latest"})
    named = {"WAYBILL_STREAM__NAME": "clicks", "WAYBILL_STREAM__START": "latest"}
    assert of((), named).stream.start == "latest"
    assert of(["--stream=shop_orders"], named).stream.start is None
    assert of(["--stream=clicks"], {"WAYBILL_STREAMS__CLICKS__START": "latest"}).stream.start == "latest"
    (folder / "waybill.toml").write_text("[stream.start]\n0 = 5\n")
    with pytest.raises(SettingsRefused, match=r"waybill\.toml, line 1.*streams\.clicks\.start"):
        of(["--stream=clicks"])


def test_a_dataset_without_a_folder_of_its_stream_can_still_be_read() -> None:
    found = of(["--stream=gone", "--stream.topic=t"]).stream
    assert (found.name, found.topic, found.contract) == ("gone", "t", NO_CONTRACT)
    with pytest.raises(SettingsRefused, match="no folder of a stream 'gone'"):
        of(["--stream=gone"])


@pytest.mark.parametrize(
    ("flags", "variables", "words"),
    [
        (["--stream=click"], {}, "did you mean clicks"),
        (["--stream=clicks", "--stream.name=names"], {}, "leave one out"),
        (["--stream="], {}, "it is empty"),
        (["--stream=Orders"], {}, "no folder of a stream 'Orders'"),
        ([], {"WAYBILL_STREAMS__CLICKS__TOPICS": "x"}, "did you mean topic"),
        ([], {"WAYBILL_STREAMS__CLICK__TOPIC": "x"}, "is of no stream; did you mean clicks"),
        (["--stream=clicks"], {"WAYBILL_STREAMS__CLICKS__TOPIC": ".."}, "WAYBILL_STREAMS__CLICKS__TOPIC"),
        (["--stream=clicks"], {"WAYBILL_STREAMS__CLICKS__DATASET": "sales"}, "have one dataset, sales"),
        ([], {"WAYBILL_STREAM__DATASET": "clicks"}, "names and clicks have one dataset"),
        ([], {"WAYBILL_STREAMS_FOLDER": ""}, "WAYBILL_STREAMS_FOLDER is empty"),
        (["--streams=none"], {}, "--streams names none"),
        ([], {"WAYBILL_STREAMS_FOLDE": "x"}, "did you mean WAYBILL_STREAMS_FOLDER"),
        (["--stream.contract=x"], {}, "contract.json in its folder"),
        ([], {"WAYBILL_STREAM__CONTRACT": "x"}, "contract.json in its folder"),
    ],
)
def test_what_can_not_be_meant_is_refused(flags: list[str], variables: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsRefused) as raised:
        of(flags, variables)
    assert words in raised.value.found


def test_a_folders_complaint_stands_among_the_others() -> None:
    with pytest.raises(SettingsRefused) as raised:
        of(["--stream=click"], {"WAYBILL_LAKE__URLS": "x"})
    assert "2 things are wrong" in raised.value.found
    assert "did you mean clicks" in raised.value.found


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        (
            '[stream]\ncontract = "x"\n',
            "line 2) is no setting any more: a stream's contract is contract.json",
        ),
        ("streams = 1\n", "streams (from waybill.toml, line 1) is no table"),
        ("[streams]\nclicks = 1\n", "streams.clicks (from waybill.toml, line 2) is no table"),
        ('[streams.A]\ntopic = "t"\n', "is of no stream"),
        ('[streams.clicks]\nname = "t"\n', "streams.clicks.name (from waybill.toml, line 2) is no setting"),
    ],
)
def test_so_is_what_a_file_says(toml: str, words: str, folder: Path) -> None:
    (folder / "waybill.toml").write_text(toml)
    with pytest.raises(SettingsRefused) as raised:
        of(())
    assert words in raised.value.found


@pytest.mark.parametrize(
    ("default", "words"),
    [
        ("window_pas = 1", "line 3: delivery.window_pas is no default of a stream; did you mean window_past"),
        ("accept_loss = true", "delivery.accept_loss is no default"),
        ("window_past = -1", "line 3: delivery.window_past"),
    ],
)
def test_a_default_that_is_none_is_refused_with_its_line(default: str, words: str, folder: Path) -> None:
    write_folder(folder / "streams", "clicks", f'topic = "t"\n[delivery]\n{default}\n')
    with pytest.raises(SettingsRefused) as raised:
        of(["--stream=clicks"])
    assert words in raised.value.found


@pytest.mark.parametrize(
    ("flags", "variables"),
    [
        (["--stream=clicks"], {"WAYBILL_STREAM__TOPIC": "mine"}),
        (["--stream.name=clicks", "--stream.topic=x"], {"WAYBILL_STREAM__DATASET": "mine"}),
        (["--stream=names"], {"WAYBILL_STREAM__TOPIC": "mine"}),
        (["--stream=clicks", "--streams=streams"], {"WAYBILL_STREAMS__CLICKS__TOPIC": "x"}),
    ],
)
def test_a_child_works_on_the_same_stream(flags: list[str], variables: dict[str, str]) -> None:
    own = of(flags, variables)
    environ = {"WAYBILL_STREAMS_FOLDER": "streams", **variables}
    assert settings_of(parsed(()), as_variables(parsed(flags), environ), "test") == own
    assert settings_of(parsed(as_words(parsed(flags))), environ, "test") == own


def test_a_child_that_works_on_no_stream_is_told_of_none() -> None:
    variables = {"WAYBILL_STREAMS__CLICKS__TOPIC": "x", "WAYBILL_KAFKA__TIMEOUT": "1"}
    assert with_settings(variables, ("kafka",)) == {"WAYBILL_KAFKA__TIMEOUT": "1"}
    assert with_settings(variables, ("stream", "kafka")) == variables


def test_a_settings_file_is_the_weakest_source_whatever_it_is_called(folder: Path) -> None:
    (folder / "flag x.toml").write_text('[streams.shop_orders]\ntopic = "of.the.file"\n')
    said = {"WAYBILL_STREAM__NAME": "shop_orders", "WAYBILL_STREAM__TOPIC": "of.the.variable"}
    assert of(["--config", "flag x.toml"], said).stream.topic == "of.the.variable"
