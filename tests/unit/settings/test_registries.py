"""Registries beside the first: ``[registries.NAME]``, with the same fields and the same care for passwords."""

from __future__ import annotations

from pathlib import Path

import pytest
from unit.settings.conftest import load, refusal

from waybill_common.exposure import exposures
from waybill_common.settings import secrets_in

EU = "WAYBILL_REGISTRIES__EU"
PASSWORD = "correct-horse-9"


def test_they_come_from_file_and_variables_and_variables_win(folder: Path) -> None:
    (folder / "waybill.toml").write_text(
        '[registry]\nurl = "http://first"\n[registries.eu]\nurl = "http://file"\ntimeout = 3\n'
        '[registries.us_2]\nurl = "http://us"\n'
    )
    registry = load([], {f"{EU}__URL": "http://variable/apis"}).registry
    eu, us, first = (registry.called(name) for name in ("eu", "us_2", "default"))
    assert eu is not None
    assert us is not None
    assert first is registry
    assert (str(eu.url), eu.timeout, eu.attempts) == ("http://variable/apis", 3, 5)
    assert str(us.url) == "http://us/"
    assert registry.called("asia") is None


def test_a_password_comes_from_a_file_and_is_known_as_a_secret(folder: Path) -> None:
    (folder / "password").write_text(f"{PASSWORD}\n")
    given = {f"{EU}__URL": "http://registry:8080", f"{EU}__USERNAME": "me"}
    settings = load([], {**given, f"{EU}__PASSWORD_FILE": str(folder / "password")})
    eu = settings.registry.others["eu"]
    assert eu.password is not None
    assert eu.password.get_secret_value() == PASSWORD
    assert PASSWORD in [*secrets_in(settings)]
    assert PASSWORD not in repr(settings)
    assert [one.setting for one in exposures(settings, {"registry"})] == ["registries.eu.url"]
    assert [*exposures(settings, {"kafka"})] == []


@pytest.mark.parametrize(
    ("variables", "why"),
    [
        (
            {f"{EU}__URLS": "http://x"},
            "registries.eu.urls (from variable WAYBILL_REGISTRIES__EU__URLS) is no setting",
        ),
        ({f"{EU}__URL": "nothing"}, "registries.eu.url (from variable WAYBILL_REGISTRIES__EU__URL)"),
        ({f"{EU}__URL": " "}, "it is empty"),
        ({f"{EU}__URL": "http://me:correct-horse-9@x"}, "registries.eu.url"),
        ({f"{EU}__URL": "http://x?key=correct-horse-9"}, "registries.eu.url"),
        ({f"{EU}__PASSWORD": PASSWORD}, "belong together"),
        ({f"{EU}__TIMEOUT": "0"}, "registries.eu.timeout"),
        ({"WAYBILL_REGISTRIES__DEFAULT__URL": "http://x"}, "the registry default is the section [registry]"),
        ({f"{EU}__PASSWORD_FILE": "/nowhere"}, "can't be read"),
    ],
    ids=["field", "url", "empty", "user", "query", "alone", "range", "default", "file"],
)
def test_what_is_wrong_is_refused_and_told_without_secrets(variables: dict[str, str], why: str) -> None:
    found = refusal([], variables).found
    assert why in found
    assert "correct-horse" not in found


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("registries = 1", "write [registries.NAME]"),
        ("[registries]\neu = 1", "write [registries.NAME]"),
        ('[registries.Eu]\nurl = "http://x"', "is of no registry"),
        ('[registries.eu]\nurll = "http://x"', "did you mean url?"),
        ("[registries.eu]\ntimeout = true", "which is no value of it"),
        ("[registry.others.eu]\ntimeout = 1", "registry.others"),
    ],
    ids=["value", "no table", "name", "field", "true", "inside"],
)
def test_so_is_what_the_file_says(text: str, why: str, folder: Path) -> None:
    (folder / "waybill.toml").write_text(text)
    assert why in refusal().found


def test_a_file_that_others_can_read_holds_no_password(folder: Path) -> None:
    path = folder / "waybill.toml"
    path.write_text(f'[registries.eu]\nurl = "http://x"\nusername = "me"\npassword = "{PASSWORD}"\n')
    path.chmod(0o644)
    found = refusal(["--config=waybill.toml"]).found
    assert "registries.eu.password is a secret" in found
    assert PASSWORD not in found
