"""Files that others can change or read: secrets' files, and a ``waybill.toml`` that merely lies here."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from access_lists import give_list
from unit.settings.conftest import load, refusal

from waybill_common.settings import secret_files

KEY = "WAYBILL_PSEUDONYM__KEY_FILE"
SECRET = "correct-horse-battery-staple-0123456789"
TOML = '[stream]\ntopic = "other"\n'


def secret_file(folder: Path, mode: int) -> Path:
    path = folder / "key"
    path.write_text(f"{SECRET}\n")
    path.chmod(mode)
    return path


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o640, 0o440], ids=oct)
def test_a_secrets_file_of_its_owner_and_perhaps_a_group_is_taken(mode: int, folder: Path) -> None:
    key = load([], {KEY: str(secret_file(folder, mode))}).pseudonym.key
    assert key is not None
    assert key.get_secret_value() == SECRET


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o660, 0o666, 0o622], ids=oct)
@pytest.mark.parametrize("allowed", [[], ["--security.readable-files=true"]], ids=["", "allowed"])
def test_one_that_others_can_write_is_refused_whatever_is_allowed(
    mode: int, allowed: list[str], folder: Path
) -> None:
    found = refusal(allowed, {KEY: str(secret_file(folder, mode))}).found
    assert f"{KEY} names {folder}/key, which others can write (mode {mode:04o})" in found
    assert SECRET not in found


@pytest.mark.parametrize("mode", [0o644, 0o444, 0o604], ids=oct)
def test_one_that_others_can_read_is_refused_unless_a_setting_allows_it(mode: int, folder: Path) -> None:
    path = secret_file(folder, mode)
    found = refusal([], {KEY: str(path)}).found
    assert f"{KEY} names {path}, which others can read (mode {mode:04o})" in found
    assert "security.readable_files" in found
    for variables in (
        {"WAYBILL_SECURITY__READABLE_FILES": "true"},
        {"WAYBILL_SECURITY__READABLE_FILES": "1"},
    ):
        assert load([], {KEY: str(path), **variables}).pseudonym.key is not None
    assert load(["--security.readable-files=true"], {KEY: str(path)}).pseudonym.key is not None


def test_the_mode_is_that_of_the_file_which_links_lead_to(folder: Path) -> None:
    """As in Kubernetes, whose keys are links to ``..data/key``."""
    path = secret_file(folder, 0o600)
    (folder / "..data").symlink_to(folder)
    (folder / "link").symlink_to("..data/key")
    assert load([], {KEY: str(folder / "link")}).pseudonym.key is not None
    path.chmod(0o644)
    assert "others can read" in refusal([], {KEY: str(folder / "link")}).found


@pytest.mark.parametrize("where", ["run secrets", "read-only", "tmpfs", "ramfs"])
def test_a_container_keeps_others_out(where: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = secret_file(folder, 0o444)
    device = path.stat().st_dev
    mounts = folder / "mountinfo"
    kind = where if where in ("tmpfs", "ramfs") else "ext4"
    mounts.write_text(
        "21 1 0:999 / /proc rw - tmpfs proc rw\n"
        f"36 35 {os.major(device)}:{os.minor(device)} / / rw,noatime master:1 - {kind} /dev/root rw\n"
    )
    monkeypatch.setattr(secret_files, "_MOUNTS", mounts)
    if where == "run secrets":
        monkeypatch.setattr(secret_files, "_RUN_SECRETS", f"{folder}/")
    if where == "read-only":
        monkeypatch.setattr(secret_files, "is_read_only", lambda _file: True)
    assert load([], {KEY: str(path)}).pseudonym.key is not None


def test_shared_memory_is_such_a_place_in_earnest(folder: Path) -> None:
    path = Path("/dev/shm") / f"{folder.name}-{os.getpid()}"  # noqa: S108  # tmpfs on every Linux
    path.write_text(SECRET)
    path.chmod(0o444)
    try:
        assert load([], {KEY: str(path)}).pseudonym.key is not None
    finally:
        path.unlink()


def test_a_table_of_secrets_is_judged_like_any(folder: Path) -> None:
    path = folder / "kafka"
    path.write_text('{"sasl.password": "hush"}')
    path.chmod(0o644)
    assert "others can read" in refusal([], {"WAYBILL_KAFKA__SECRETS_FILE": str(path)}).found


KEY_FILES = [
    "ssl.key.location",
    "ssl.keystore.location",
    "sasl.kerberos.keytab",
    "sasl.oauthbearer.assertion.private.key.file",
    "sasl.oauthbearer.assertion.file",
]


@pytest.mark.parametrize("table", ["properties", "secrets"])
@pytest.mark.parametrize("name", KEY_FILES)
def test_a_key_file_that_kafkas_client_reads_is_its_owners_to_write(
    name: str, table: str, folder: Path
) -> None:
    path = secret_file(folder, 0o666)
    properties = {f"WAYBILL_KAFKA__{table.upper()}": json.dumps({name: str(path)})}
    found = refusal(["--security.readable-files=true"], properties).found
    assert f"kafka.{table}.{name} (from variable" in found
    assert "others can write (mode 0666)" in found
    path.chmod(0o640)
    assert name in getattr(load([], properties).kafka, table)


@pytest.mark.parametrize("table", ["properties", "secrets"])
@pytest.mark.parametrize("name", KEY_FILES)
def test_one_without_a_password_is_its_owners_to_read(name: str, table: str, folder: Path) -> None:
    path = secret_file(folder, 0o644)
    properties = {f"WAYBILL_KAFKA__{table.upper()}": json.dumps({name: str(path)})}
    if name != "ssl.keystore.location":
        assert "others can read (mode 0644)" in refusal([], properties).found
        assert load(["--security.readable-files=true"], properties).security.readable_files
        path.write_text(f"-----BEGIN ENCRYPTED PRIVATE KEY-----\n{SECRET}\n")
    if name == "sasl.kerberos.keytab":
        assert "others can read" in refusal([], properties).found
    else:
        assert name in getattr(load([], properties).kafka, table)


@pytest.mark.parametrize("mode", [0o664, 0o646, 0o666], ids=oct)
def test_a_settings_file_here_that_others_can_write_is_refused(mode: int, folder: Path) -> None:
    path = folder / "waybill.toml"
    path.write_text(TOML)
    path.chmod(mode)
    found = refusal().found
    assert (
        f"waybill.toml lies in the current folder, and it can be written by others (mode {mode:04o})" in found
    )
    assert load(["--config=waybill.toml"]).stream.topic == "other"


@pytest.mark.parametrize("mode", [0o777, 0o775, 0o707], ids=oct)
def test_so_is_one_in_a_folder_that_others_can_write(mode: int, folder: Path) -> None:
    (folder / "waybill.toml").write_text(TOML)
    folder.chmod(mode)
    assert f"its folder {folder} can be written by others (mode {mode:04o})" in refusal().found
    folder.chmod(0o1777)
    assert load().stream.topic == "other"
    folder.chmod(0o755)
    assert load().stream.topic == "other"


def test_so_is_one_whose_link_leads_into_such_a_folder(folder: Path) -> None:
    (folder / "open").mkdir()
    (folder / "open" / "other.toml").write_text(TOML)
    (folder / "open").chmod(0o777)
    (folder / "waybill.toml").symlink_to("open/other.toml")
    assert f"its folder {folder}/open can be written by others" in refusal().found


def test_so_is_one_that_an_access_list_opens(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mode shows that as a right of the group, which is this user's own."""
    monkeypatch.setattr("waybill_common.settings.found_file._is_own_group", lambda _: True)
    (folder / "waybill.toml").write_text(TOML)
    entries = ((0x01, 6, -1), (0x02, 6, 54321), (0x04, 4, -1), (0x10, 6, -1), (0x20, 4, -1))
    give_list(folder / "waybill.toml", entries, monkeypatch)
    assert "it can be written by user 54321, by its access list" in refusal().found


def test_so_is_another_users(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "waybill.toml").write_text(TOML)
    if os.geteuid() == 0:
        os.chown(folder / "waybill.toml", 12345, -1)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert "belongs to user" in refusal().found


@pytest.mark.root_only
def test_so_is_another_users_link_even_to_a_file_of_ones_own(folder: Path) -> None:
    """In a folder such as /tmp, where anybody may put one."""
    (folder / "mine.toml").write_text(TOML)
    (folder / "waybill.toml").symlink_to("mine.toml")
    folder.chmod(0o1777)
    assert load().stream.topic == "other"
    os.lchown(folder / "waybill.toml", 12345, -1)
    assert "in the current folder, and it belongs to user 12345" in refusal().found


def test_so_is_one_behind_a_folder_that_others_can_write(folder: Path) -> None:
    (folder / "open" / "mine").mkdir(parents=True)
    (folder / "open" / "mine" / "other.toml").write_text(TOML)
    (folder / "waybill.toml").symlink_to("open/mine/other.toml")
    assert load().stream.topic == "other"
    (folder / "open").chmod(0o777)
    assert f"its folder {folder}/open can be written by others" in refusal().found


def test_so_is_one_whose_link_leads_nowhere_yet_where_others_can_write(folder: Path) -> None:
    (folder / "open").mkdir()
    (folder / "waybill.toml").symlink_to("open/other.toml")
    assert "the settings file waybill.toml can't be read" in refusal().found
    (folder / "open").chmod(0o777)
    assert f"its folder {folder}/open can be written by others" in refusal().found


def test_so_is_a_pipe_which_anybody_may_fill(folder: Path) -> None:
    os.mkfifo(folder / "waybill.toml")
    assert "in the current folder, and it is no file" in refusal().found


def test_folders_above_the_current_one_are_not_asked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "here").mkdir()
    (folder / "here" / "waybill.toml").write_text(TOML)
    folder.chmod(0o777)
    monkeypatch.chdir(folder / "here")
    assert load().stream.topic == "other"


def test_a_settings_file_with_a_secret_is_its_owners_alone_wherever_it_lies(folder: Path) -> None:
    path = folder / "other.toml"
    text = f'[pseudonym]\nkey = "{SECRET}"\n'
    path.write_text(text)
    path.chmod(0o666)
    found = refusal([f"--config={path}"]).found
    assert f"pseudonym.key is a secret, and others can write {path}, which holds it (mode 0666)" in found
    assert SECRET not in found
    path.chmod(0o644)
    assert f"others can read {path}" in refusal([f"--config={path}"]).found
    path.write_text(f"{text}[security]\nreadable_files = true\n")
    assert load([f"--config={path}"]).pseudonym.key is not None
    path.write_text(text)
    path.chmod(0o640)
    assert load([f"--config={path}"]).pseudonym.key is not None


def test_a_settings_file_without_a_secret_may_be_read_by_everybody(folder: Path) -> None:
    (folder / "waybill.toml").write_text(TOML)
    (folder / "waybill.toml").chmod(0o644)
    assert load().stream.topic == "other"


def test_a_secret_in_a_files_place_is_not_shown_if_it_begins_with_a_slash() -> None:
    secret = "/Q7zw9K4j2+aB3cD5eF6gH7iJ8=="
    assert secret not in refusal([], {KEY: secret}).found
    assert "names /no/such/Key1, which" in refusal([], {KEY: "/no/such/Key1"}).found
