"""Flags over variables over the file; a complaint names field, value and origin; secrets stay secret."""

from __future__ import annotations

import pickle
from argparse import ArgumentParser
from pathlib import Path

import pytest
from pydantic import ValidationError
from unit.settings.conftest import load, refusal

from waybill_common.cli import Parser
from waybill_common.settings import Settings, add_settings_flags, as_variables

SECTIONS = tuple(Settings.model_fields)
SECRET = "correct-horse-battery-staple-0123456789"
KEYS = {"WAYBILL_LAKE__ACCESS_KEY_ID": "waybill", "WAYBILL_LAKE__SECRET_ACCESS_KEY": "hush"}


def test_with_nothing_given_the_defaults_hold() -> None:
    assert load() == Settings()


def test_a_flag_beats_a_variable_beats_the_file_beats_the_default(folder: Path) -> None:
    (folder / "waybill.toml").write_text("[kafka]\npartitions = 4\ntimeout = 5\nreplication_factor = 1\n")
    kafka = load(
        ["--kafka.partitions", "6"], {"WAYBILL_KAFKA__PARTITIONS": "5", "WAYBILL_KAFKA__TIMEOUT": "7"}
    ).kafka
    assert (kafka.partitions, kafka.timeout, kafka.replication_factor) == (6, 7, 1)
    assert kafka.bootstrap_servers == "localhost:9092"


@pytest.mark.parametrize(
    ("flags", "port"),
    [
        (["--status-port=0"], 0),
        (["--status-port", "9100"], 9100),
        (["--status.port=9100"], 9100),
        (["--status.port=1", "--status-port=2"], 2),
    ],
)
def test_the_status_port_has_a_short_form(flags: list[str], port: int) -> None:
    assert load(flags, {"WAYBILL_STATUS__PORT": "3"}).status.port == port


@pytest.mark.parametrize(
    ("flags", "accepted"),
    [
        (["--accept-dead"], True),
        (["--accept-dead", "--delivery.trigger=available-now"], True),
        (["--accept-dead=false"], False),
        (["--delivery.accept-dead", "true"], True),
        (["--delivery.accept-dead=false"], False),
    ],
)
def test_dead_letters_are_accepted_by_a_switch_or_a_setting(flags: list[str], *, accepted: bool) -> None:
    given = {"WAYBILL_DELIVERY__ACCEPT_DEAD": str(not accepted).lower()}
    assert load(flags, given).delivery.accept_dead is accepted


@pytest.mark.parametrize("share", ["1.1", "-0.1", "nan", "ten"])
def test_a_share_that_is_none_is_refused(share: str) -> None:
    assert "delivery.max_dead_share" in refusal([f"--delivery.max-dead-share={share}"]).found


@pytest.mark.parametrize("port", ["70000", "-1", "http", ""])
def test_a_status_port_that_is_none_is_refused(port: str) -> None:
    assert "status.port" in refusal([f"--status-port={port}"]).found


@pytest.mark.parametrize("how", ["flag", "variable"])
def test_the_file_may_be_named(how: str, folder: Path) -> None:
    (folder / "other.toml").write_text('[stream]\ntopic = "other"\n')
    settings = (
        load(["--config", "other.toml"]) if how == "flag" else load([], {"WAYBILL_CONFIG": "other.toml"})
    )
    assert settings.stream.topic == "other"


def test_lists_and_tables_are_json_and_tables_merge(folder: Path) -> None:
    (folder / "waybill.toml").write_text('[kafka.properties]\n"client.id" = "me"\n')
    settings = load(
        ["--source.nationalities", '["GB", "NO"]'],
        {"WAYBILL_KAFKA__PROPERTIES": '{"security.protocol": "SSL"}'},
    )
    assert settings.source.nationalities == ("GB", "NO")
    assert settings.kafka.properties == {"client.id": "me", "security.protocol": "SSL"}


def test_other_variables_of_the_machine_are_none_of_our_business() -> None:
    assert load([], {"PATH": "/bin", "WAYBILLING": "1"}) == Settings()


@pytest.mark.parametrize(
    ("variable", "hint"),
    [
        ("WAYBILL_KAFKA__BOOTSTRAP_SERVER", "did you mean WAYBILL_KAFKA__BOOTSTRAP_SERVERS?"),
        ("WAYBILL_LAKE_URL", "did you mean WAYBILL_LAKE__URL?"),
        ("WAYBILL_XYZZY", "; remove it"),
    ],
    ids=["misspelled", "one underscore", "nothing near"],
)
def test_an_unknown_variable_is_refused_with_a_hint(variable: str, hint: str) -> None:
    error = refusal([], {variable: "x"})
    assert variable in error.found
    assert hint in error.found


def test_an_unknown_name_in_the_file_is_refused_with_a_hint(folder: Path) -> None:
    (folder / "waybill.toml").write_text("[kafka]\npartition = 3\n")
    error = refusal()
    assert "kafka.partition (from waybill.toml, line 2) is no setting" in error.found
    assert "did you mean partitions?" in error.found


def test_an_unknown_flag_is_refused_with_a_hint() -> None:
    error = refusal(["--kafka.partition", "3"])
    assert error.found == "--kafka.partition is no flag; did you mean --kafka.partitions?."


@pytest.mark.parametrize(
    ("flags", "variables", "found"),
    [
        (["--kafka.partitions", "0"], {}, "kafka.partitions = '0' (from flag --kafka.partitions)"),
        (
            [],
            {"WAYBILL_KAFKA__TIMEOUT": "soon"},
            "kafka.timeout = 'soon' (from variable WAYBILL_KAFKA__TIMEOUT)",
        ),
        (
            [],
            {"WAYBILL_SOURCE__URL": "randomuser.me"},
            "source.url = 'randomuser.me' (from variable WAYBILL_SOURCE__URL)",
        ),
        ([], {"WAYBILL_LAKE__URL": "C:\\lake"}, "lake.url = 'C:\\\\lake' (from variable WAYBILL_LAKE__URL)"),
        (
            [],
            {"WAYBILL_LAKE__URL": "relative/lake"},
            "lake.url = 'relative/lake' (from variable WAYBILL_LAKE__URL)",
        ),
        (
            [],
            {"WAYBILL_KAFKA__BOOTSTRAP_SERVERS": "broker"},
            "kafka.bootstrap_servers = 'broker' (from variable WAYBILL_KAFKA__BOOTSTRAP_SERVERS)",
        ),
        (["--stream.topic", "a topic"], {}, "stream.topic = 'a topic' (from flag --stream.topic)"),
        (["--source.seed", "a" * 18], {}, "18 characters"),
    ],
    ids=["range", "number", "url", "drive", "relative", "no port", "topic", "seed"],
)
def test_a_wrong_value_is_named_with_its_field_and_origin(
    flags: list[str], variables: dict[str, str], found: str
) -> None:
    assert found in refusal(flags, variables).found


def test_every_wrong_value_is_listed_at_once() -> None:
    error = refusal(["--kafka.partitions", "0"], {"WAYBILL_LAKE__URL": "x", "WAYBILL_LOG__LEVEL": "loud"})
    assert all(name in error.found for name in ("kafka.partitions", "lake.url", "log.level"))


@pytest.mark.parametrize("text", ["[kafka", "kafka = 1"], ids=["no TOML", "no table"])
def test_a_broken_file_is_refused_by_name(text: str, folder: Path) -> None:
    (folder / "waybill.toml").write_text(text)
    assert "waybill.toml" in refusal().found


def test_a_missing_file_is_refused_where_it_was_asked_for() -> None:
    assert "gone.toml" in refusal(["--config", "gone.toml"]).found


def test_json_that_is_none_is_refused() -> None:
    found = refusal(["--source.nationalities", "GB"], {"WAYBILL_KAFKA__PROPERTIES": "{"}).found
    assert "kafka.properties (from variable WAYBILL_KAFKA__PROPERTIES) is no JSON" in found
    assert "source.nationalities = 'GB' (from flag --source.nationalities) is no JSON" in found


def test_a_secret_may_come_from_a_file(folder: Path) -> None:
    (folder / "key").write_text(SECRET + "\n")
    key = load([], {"WAYBILL_PSEUDONYM__KEY_FILE": str(folder / "key")}).pseudonym.key
    assert key is not None
    assert key.get_secret_value() == SECRET


@pytest.mark.parametrize("content", [None, b"\xff\xfe"], ids=["missing", "binary"])
def test_a_secrets_file_that_cant_be_read_is_refused(content: bytes | None, folder: Path) -> None:
    if content is not None:
        (folder / "key").write_bytes(content)
    error = refusal([], {"WAYBILL_PSEUDONYM__KEY_FILE": str(folder / "key")})
    assert "WAYBILL_PSEUDONYM__KEY_FILE" in error.found


def test_only_secrets_have_a_file_form() -> None:
    assert "WAYBILL_LAKE__REGION_FILE" in refusal([], {"WAYBILL_LAKE__REGION_FILE": "/x"}).found


def test_a_secret_has_no_flag() -> None:
    parser = ArgumentParser()
    add_settings_flags(parser, *SECTIONS)
    assert not [word for word in parser.format_help().split() if "secret" in word and word.startswith("--")]
    assert "--pseudonym.key " not in parser.format_help()


@pytest.mark.parametrize(
    "variables",
    [
        {"WAYBILL_PSEUDONYM__KEY": SECRET},
        {"WAYBILL_LAKE__SECRET_ACCESS_KEY": SECRET, "WAYBILL_LAKE__ACCESS_KEY_ID": "waybill"},
        {"WAYBILL_LAKE__SESSION_TOKEN": SECRET, **KEYS},
        {"WAYBILL_KAFKA__SECRETS": f'{{"sasl.password": "{SECRET}"}}'},
        {"WAYBILL_REGISTRY__PASSWORD": SECRET, "WAYBILL_REGISTRY__USERNAME": "waybill"},
    ],
    ids=["key", "s3", "session", "kafka", "registry"],
)
def test_a_secret_is_in_no_text_of_the_settings_or_of_a_complaint(variables: dict[str, str]) -> None:
    settings = load([], variables)
    assert SECRET not in repr(settings)
    assert SECRET not in str(settings)
    assert SECRET not in settings.model_dump_json()
    assert SECRET not in str(refusal(["--kafka.partitions", "0"], variables))


@pytest.mark.parametrize(
    "variables",
    [
        {"WAYBILL_KAFKA__SECRETS": f'{{"sasl.password": ["{SECRET}"]}}'},
        {"WAYBILL_KAFKA__SECRETS": SECRET},
        {"WAYBILL_KAFKA__SECRETS": f'"{SECRET}"'},
        {"WAYBILL_REGISTRY__PASSWORD": SECRET},
        {"WAYBILL_LAKE__SECRET_ACCESS_KEY": SECRET},
        {"WAYBILL_LAKE__SESSION_TOKEN": SECRET},
        {"WAYBILL_LAKE__URL": f"s3://waybill:{SECRET}@bucket/prefix"},
        {"WAYBILL_LAKE__URL": f"s3://bucket/prefix?access_key=waybill&secret_key={SECRET}"},
    ],
    ids=[
        "wrong type",
        "no JSON",
        "no table",
        "without its user name",
        "without its access key",
        "without keys",
        "in a URL",
        "in a URL's options",
    ],
)
def test_a_wrong_secret_is_refused_without_being_shown(variables: dict[str, str]) -> None:
    assert SECRET not in str(refusal([], variables))


def test_a_registrys_user_name_needs_a_password() -> None:
    error = refusal(["--registry.username", "waybill"])
    assert "registry.username and registry.password belong together" in error.found


def test_settings_are_frozen_and_travel() -> None:
    settings = load([], {"WAYBILL_PSEUDONYM__KEY": SECRET})
    assert pickle.loads(pickle.dumps(settings)) == settings  # noqa: S301  # our own bytes
    with pytest.raises(ValidationError):
        settings.kafka.partitions = 9  # type: ignore[misc]  # which is the point


def test_help_shows_each_settings_meaning_and_default() -> None:
    parser = ArgumentParser()
    add_settings_flags(parser, "kafka")
    words = " ".join(parser.format_help().split())
    assert "Partitions of a topic that is created. [default: 3]" in words
    assert "--lake.url" not in words


def test_a_child_gets_the_same_settings_by_variables(folder: Path) -> None:
    (folder / "other.toml").write_text('[kafka.properties]\n"client.rack" = "a"\n')
    flags = ["--config=other.toml", "--lake.url=/x", '--kafka.properties={"client.id": "me"}']
    variables = {"WAYBILL_KAFKA__PROPERTIES": '{"security.protocol": "SSL"}', "WAYBILL_LAKE__URL": "/y"}
    parser = Parser()
    add_settings_flags(parser, *SECTIONS)
    childs = load([], as_variables(parser.parse_args(flags), variables))
    assert childs == load(flags, variables)
    assert len(childs.kafka.properties) == 3
