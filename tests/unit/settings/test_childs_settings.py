"""A child process gets the settings that it uses, and no other."""

from __future__ import annotations

import pytest

from waybill_common.settings import DELIVERING, READING, machine_environment, with_settings
from waybill_common.settings.setting_names import known, known_variables

MACHINE = {"PATH": "/bin", "AWS_PROFILE": "x", "WAYBILL_CONFIG": "/etc/waybill.toml", "WAYBILLING": "1"}
OTHER = "WAYBILL_REGISTRIES__EU__PASSWORD"
ALL = dict.fromkeys(known_variables(), "x") | MACHINE | {"waybill_pseudonym__key": "x", OTHER: "x"}
OF_REGISTRIES = [one for one in ALL if "REGISTR" in one]


@pytest.mark.parametrize("names", [DELIVERING, READING, ("kafka",)], ids=["application", "audit", "sender"])
def test_only_the_sections_that_are_named_are_left(names: tuple[str, ...]) -> None:
    left = with_settings(ALL, names)
    assert MACHINE.items() <= left.items()
    sections = {name.partition(".")[0] for name in names} | {"log", "security"}
    ours = {known_variables()[one].partition(".")[0] for one in left if one in known_variables()}
    assert ours <= sections
    assert "kafka" in ours
    assert not [one for one in left if "PSEUDONYM" in one.upper()]
    assert [one for one in left if "REGISTR" in one] == [
        one for one in OF_REGISTRIES if "registry" in sections
    ]


def test_an_entry_of_a_table_belongs_to_its_setting() -> None:
    variables = {"WAYBILL_KAFKA__SECRETS__SASL.PASSWORD": "x", "WAYBILL_KAFKA__PROPERTIES__CLIENT.ID": "x"}
    assert with_settings(variables, ("kafka",)) == variables
    assert with_settings(variables, ("lake",)) == {}


def test_programs_of_the_machine_get_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in known():
        monkeypatch.setenv(f"waybill_{name.replace('.', '__')}", "x")
        monkeypatch.setenv(f"WAYBILL_{name.replace('.', '__').upper()}", "x")
    found = machine_environment()
    assert "PATH" in found
    assert not [one for one in found if one.upper().startswith("WAYBILL_")]
