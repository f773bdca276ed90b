"""The administrator's program reads secrets' files as every other does, and tells none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from waybill_access.cli import _password, _text
from waybill_common.errors import SettingsRefused
from waybill_common.redaction import hide, redacted

SECRET = "hunter2hunter2"


@pytest.mark.parametrize("mode", [0o644, 0o444, 0o620, 0o666], ids=oct)
def test_a_file_that_is_open_to_others_is_refused_unseen(mode: int, tmp_path: Path) -> None:
    file = tmp_path / "s3_waybill"
    file.write_text(SECRET)
    file.chmod(mode)
    with pytest.raises(SettingsRefused, match="its owner's alone") as raised:
        _text(file)
    assert SECRET not in str(raised.value)


def test_what_was_read_is_in_no_text_from_then_on(tmp_path: Path) -> None:
    kafka = json.dumps({"sasl.password": f"{SECRET}-2"})
    for name, text in (
        ("s3_waybill", f"{SECRET}-1\n"),
        ("kafka_waybill", kafka),
    ):
        (tmp_path / name).touch(mode=0o600)
        (tmp_path / name).write_text(text)
    try:
        _text(tmp_path / "s3_waybill")
        _password(tmp_path / "kafka_waybill")
        assert redacted(f"{SECRET}-1 and {SECRET}-2") == "*** and ***"
    finally:
        hide(())
