"""One message with all that is wrong, each with its origin and what is allowed; nothing that may be secret is in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from unit.settings.conftest import load, refusal

from waybill_common.settings.setting_names import known, variable_of

SECRET = "correct-horse-battery-staple-0123456789"


def test_all_that_is_wrong_is_in_one_message(folder: Path) -> None:
    (folder / "waybill.toml").write_text(
        '[kafak]\npartitions = 3\n\n[kafka]\npartitions = "many"\npartition = 4\n[lake]\nregion = 2026-11-29\n'
    )
    found = refusal(
        ["--lake.urll=/x", "--kafka.timeout=soon"],
        {
            "WAYBILL_KAFKA__BOOTSTRAP_SERVER": "broker:9092",
            "WAYBILL_PSEUDONYM__KEY_FILE": "/no/such/file",
            "WAYBILL_KAFKA__PROPERTIES": "{",
            "WAYBILL_DELIVERY__TRIGGER": "sometimes",
        },
    ).found
    first, *listed = found.splitlines()
    wanted = [
        "kafak (from waybill.toml, line 1) is no section of the settings; did you mean kafka?",
        "kafka.partition (from waybill.toml, line 6) is no setting; did you mean partitions?",
        "WAYBILL_KAFKA__BOOTSTRAP_SERVER is no variable of ours; did you mean WAYBILL_KAFKA__BOOTSTRAP_SERVERS?",
        "WAYBILL_PSEUDONYM__KEY_FILE names /no/such/file, which can't be read: no such file or directory",
        "kafka.properties (from variable WAYBILL_KAFKA__PROPERTIES) is no JSON",
        "--lake.urll is no flag; did you mean --lake.url?",
        "kafka.partitions = 'many' (from waybill.toml, line 5): Input should be a valid integer",
        "kafka.timeout = 'soon' (from flag --kafka.timeout): Input should be a valid number",
        "lake.region = datetime.date(2026, 11, 29) (from waybill.toml, line 8): Input should be a valid string",
        "delivery.trigger = 'sometimes' (from variable WAYBILL_DELIVERY__TRIGGER)",
    ]
    assert first == f"{len(wanted)} things are wrong with the settings:"
    assert [line for line in wanted if not any(one.startswith(f"  - {line}") for one in listed)] == []
    assert len(listed) == len(wanted)


@pytest.mark.parametrize(
    "name", ["kafka.partitions", "kafka.timeout", "delivery.compression", "stream.topic"]
)
def test_a_complaint_says_what_is_allowed(name: str) -> None:
    words = {
        "kafka.partitions": "allowed: whole number; ≥ 1; ≤ 10,000",
        "kafka.timeout": "allowed: number; > 0; ≤ 86,400",
        "delivery.compression": "allowed: `zstd` or `snappy` or `none`",
        "stream.topic": "allowed: text; `^[a-zA-Z0-9._-]{1,200}$`",
    }
    assert words[name] in refusal([f"--{name}=?"]).found


@pytest.mark.parametrize("blank", ["", " "], ids=["empty", "blank"])
def test_an_empty_text_is_no_value_of_any_setting(blank: str) -> None:
    """It is what ``WAYBILL_LAKE__URL=$LAKE`` makes of a variable that is not set."""
    found = refusal([], {variable_of(name): blank for name in known()}).found
    for name in known():
        assert re.search(rf"- {name} .*: it is empty; leave it out for the default", found), name


@pytest.mark.parametrize(
    "number",
    ["-1", "nan", "inf", "-inf", "1e999", "٣", "9" * 5000, "0x10", "1,000"],
    ids=lambda text: text[:9],
)
def test_a_number_that_is_none_or_out_of_bounds_is_refused(number: str) -> None:
    numbers = [name for name, info in known().items() if info.annotation in (int, float)]
    found = refusal([], {variable_of(name): number for name in numbers}).found
    for name in numbers:
        assert re.search(rf"- {name} = .*; allowed: ", found), name
    assert max(map(len, found.splitlines())) < 600


@pytest.mark.parametrize(
    "value", ["true", "nan", "inf", "-inf", "-1", '"many"', "[1]", "2026-11-29", "12:00:00", "{a = 1}"]
)
def test_so_is_one_in_the_file(value: str, folder: Path) -> None:
    (folder / "waybill.toml").write_text(f"[kafka]\npartitions = {value}\ntimeout = {value}\n")
    found = refusal().found
    assert "- kafka.partitions" in found
    assert "- kafka.timeout" in found


@pytest.mark.parametrize("value", ["1", "1.5", "true", "[1]", "{a = 1}", "2026-11-29", "12:00:00"])
def test_a_text_is_no_number_date_list_or_table(value: str, folder: Path) -> None:
    texts = [name for name, info in known().items() if info.annotation is str]
    (folder / "waybill.toml").write_text("".join(f"{name} = {value}\n" for name in texts))
    found = refusal().found
    assert [name for name in texts if f"- {name}" not in found] == []


@pytest.mark.parametrize(
    ("flags", "variables", "text"),
    [
        (["--lake.secret-access-key", SECRET], {}, ""),
        ([f"--lake.secret-access-key={SECRET}"], {}, ""),
        ([f"--kafka.sasl-password={SECRET}"], {}, ""),
        ([], {"WAYBILL_KAFKA__PASSWORD": SECRET}, ""),
        ([], {"WAYBILL_TOKEN": SECRET}, ""),
        ([], {"WAYBILL_PSEUDONYM__KEY_FILE": SECRET}, ""),
        ([], {}, f'[kafka]\nsecrets = "{SECRET}"\n'),
        ([], {}, f'[kafka]\npassword = "{SECRET}"\n'),
        ([], {}, f'[sasl]\nword = "{SECRET}"\n'),
        ([], {}, f'kafka = "{SECRET}"\n'),
        ([], {}, f'[kafka]\nproperties = "sasl.password={SECRET}"\n'),
        ([], {}, f'[kafka.properties]\n"sasl.password" = ["{SECRET}"]\n'),
        ([], {}, f'[kafka]\nproperties = ["{SECRET}"]\n'),
        ([f"--kafka.properties=sasl.password={SECRET}"], {}, ""),
        ([f"--lake.endpoint=ftp://me:{SECRET}@host/"], {}, ""),
        ([f"--source.url=ftp://host/?api_key={SECRET}"], {}, ""),
        ([f"--lake.url=http://me:{SECRET}@host/"], {}, ""),
        ([f"--lake.url=s3:me:{SECRET}@bucket"], {}, ""),
        ([f"--source.url=https://me:pa/{SECRET}@host/"], {}, ""),
        ([f"--source.url= https://me:{SECRET}@host:x/"], {}, ""),
        ([f"--lake.endpoint=//me:{SECRET}@host:9000"], {}, ""),
        ([f"--lake.url= s3://me:{SECRET}@b/"], {}, ""),
        ([f"--lake.url=s3://AKIA:hun/{SECRET}@b"], {}, ""),
        ([f"--kafka.bootstrap-servers=h:9092 sasl.password={SECRET}"], {}, ""),
        ([f"--lake.endpoint=ftp://me:a@{SECRET}@host/"], {}, ""),
        ([], {"WAYBILL_LAKE__ACCESS_KEY_ID": ""}, f'[lake]\nsecret_access_key = ["{SECRET}"]\n'),
        ([], {}, f'[pseudonym]\nkey = "{SECRET}'),
        ([f"--source.url=ftp://host/#api_key={SECRET}"], {}, ""),
        ([f"--kafka.bootstrap-servers=me:{SECRET}@h:9092"], {}, ""),
        ([f'--kafka.properties={{"a": "{SECRET}", "a": "{SECRET}"}}'], {}, ""),
    ],
    ids=map(str, range(30)),
)  # fmt: skip
def test_nothing_that_may_be_secret_is_shown(
    flags: list[str], variables: dict[str, str], text: str, folder: Path
) -> None:
    (folder / "waybill.toml").write_text(text)
    assert SECRET not in str(refusal(flags, variables))


def test_a_secrets_flag_names_its_variables() -> None:
    found = refusal(["--lake.secret-access-key", SECRET]).found
    assert "set WAYBILL_LAKE__SECRET_ACCESS_KEY or WAYBILL_LAKE__SECRET_ACCESS_KEY_FILE" in found


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[kafka]\n\n# kafka.timeout\ntimeout = 0\n", 4),
        ("[lake]\nregion = 'x'\n\n[ kafka ] # the brokers\n  'timeout'=0\n", 5),
        ("[stream]\r\ntopic = 'x'\r\n[kafka]\r\ntimeout = 0\r\n", 4),
        ("kafka.timeout = 0\n", 1),
        ("[lake]\ntimeout = 3\n[kafka]\ntimeout = 0\n", 4),
    ],
)
def test_a_files_line_is_named(text: str, line: int, folder: Path) -> None:
    (folder / "waybill.toml").write_bytes(text.encode())
    assert f"kafka.timeout = 0 (from waybill.toml, line {line})" in refusal().found


def test_what_follows_from_another_complaint_is_none(folder: Path) -> None:
    """Without its file there is no password, but that is not a second thing to mend."""
    variables = {"WAYBILL_REGISTRY__USERNAME": "me", "WAYBILL_REGISTRY__PASSWORD_FILE": str(folder / "gone")}
    found = refusal([], variables).found
    assert found.endswith("can't be read: no such file or directory.")
    assert "belong together" not in found


def test_of_a_flag_given_twice_the_last_counts() -> None:
    assert load(["--kafka.partitions=4", "--kafka.partitions=5"]).kafka.partitions == 5


def test_flags_are_not_shortened() -> None:
    assert "--kafka.part is no flag" in refusal(["--kafka.part=4"]).found


@pytest.mark.parametrize(
    "brokers",
    ["h:0", "a:1,h:70000", f"h:{'9' * 20}", "::1:9092", "[::1:9092", "[]:1", "h:1;g:2", "a/b:1", "h\x00:1"],
    ids=ascii,
)
def test_brokers_that_nobody_can_reach_are_refused(brokers: str) -> None:
    assert "kafka.bootstrap_servers" in refusal([f"--kafka.bootstrap-servers={brokers}"]).found


@pytest.mark.parametrize("brokers", ["[::1]:9092", "[fe80::1%eth0]:1,b:65535", "SASL_SSL://b:1", "bücher:1"])
def test_brokers_may_have_any_address(brokers: str) -> None:
    assert load([f"--kafka.bootstrap-servers={brokers}"]).kafka.bootstrap_servers == brokers


@pytest.mark.parametrize("setting", ["kafka.properties", "kafka.secrets"])
def test_a_name_that_stands_twice_in_a_table_is_refused(setting: str) -> None:
    found = refusal([], {variable_of(setting): '{"client.id": "a", "client.id": "b"}'}).found
    assert f"{setting} (from variable {variable_of(setting)}) names 'client.id' twice" in found


def test_a_line_end_in_a_name_makes_no_second_complaint(folder: Path) -> None:
    (folder / "waybill.toml").write_text('[kafka]\n"ti\\nme" = 5\n')
    assert "kafka.ti\\nme (from" in refusal().found
    assert len(refusal().found.splitlines()) == 1
