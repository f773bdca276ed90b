"""A store that somebody else can write to: whatever stands there, an answer with a message, in little memory."""

from __future__ import annotations

import json
import os
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from edges.servers import Refuser, Reply, serving
from unit.ops.ledgers import Bodies, sound
from unit.ops.ledgers3 import sound3
from unit.ops.test_letters import lake

from waybill_common.errors import ContractUnknown, LakeRefused, LedgerCorrupt
from waybill_common.lake import check_conditional_writes, open_lake
from waybill_common.lake_location import store_errors
from waybill_common.ledger import Journal
from waybill_common.ledger.parse import parse_manifest, parse_receipt
from waybill_common.settings import LakeSettings, Settings
from waybill_ops.audit.audited_ledger import Ledger
from waybill_ops.audit.findings import Code
from waybill_ops.audit.lake_reader import LakeReader
from waybill_ops.audit.ledger_files import read_ledger
from waybill_ops.audit.local_files import Unsafe
from waybill_ops.cli import main
from waybill_ops.dataset import open_journal, position_of
from waybill_ops.dead_letters.finding import open_dead_letters
from waybill_ops.dead_letters.selection import Selection

RECEIPT = f"_waybill/{2:020d}.receipt.json"
Place = Callable[[Path], object]


def put(folder: Path, bodies: Bodies) -> Path:
    stream = folder / "names"
    (stream / "_waybill").mkdir(parents=True)
    for (number, kind), body in bodies.items():
        (stream / "_waybill" / f"{number:020d}.{kind}.json").write_bytes(body)
    return stream


def audited(folder: Path) -> Ledger:
    return read_ledger(LakeReader(LakeSettings(url=str(folder)), "names"))


def _gigabyte(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 30)


NO_FILES: dict[str, Place] = {
    "fifo": os.mkfifo,
    "endless": lambda path: path.symlink_to("/dev/zero"),
    "link_out": lambda path: path.symlink_to("/etc/hostname"),
    "link_to_nowhere_inside": lambda path: path.symlink_to(path.with_name("nothing")),
    "gigabyte": _gigabyte,
    "deep": lambda path: path.write_bytes(b"[" * 10**6),
    "deep_object": lambda path: path.write_bytes(b'{"number":' * 10**5),
    "not_utf8": lambda path: path.write_bytes(b'{"number": "\xff"}'),
    "huge_float": lambda path: path.write_bytes(b'{"number": 1e400}'),
    "huge_integer": lambda path: path.write_bytes(b'{"number": ' + b"9" * 5000 + b"}"),
    "beyond_names": lambda path: path.write_bytes(b'{"number": 100000000000000000000}'),
    "negative": lambda path: path.write_bytes(b'{"number": -1}'),
    "boolean": lambda path: path.write_bytes(b'{"number": true}'),
    "list": lambda path: path.write_bytes(b"[[],[]]"),
    "many_values": lambda path: path.write_bytes(b'{"number":[' + b"[]," * 10**6 + b"1]}"),
    "not_a_number": lambda path: path.write_bytes(b'{"number": NaN}'),
}


@pytest.mark.parametrize("what", NO_FILES)
def test_nothing_rests_on_a_hint_that_is_none(what: str, tmp_path: Path) -> None:
    NO_FILES[what](put(tmp_path, sound()) / "_waybill" / "latest.json")
    assert audited(tmp_path).findings == []


@pytest.mark.parametrize("what", NO_FILES)
def test_an_entry_that_is_none_is_found(what: str, tmp_path: Path) -> None:
    path = put(tmp_path, sound()) / RECEIPT
    path.unlink()
    NO_FILES[what](path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = audited(tmp_path).findings
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1_000_000, "kilobytes"
    if what == "link_to_nowhere_inside":
        assert found
    else:
        assert (Code.ENTRY_UNREADABLE, RECEIPT) in [(one.code, one.where) for one in found]


@pytest.mark.parametrize("what", NO_FILES)
def test_letters_of_a_ledger_with_an_entry_that_is_none_are_refused(what: str, tmp_path: Path) -> None:
    settings = lake(tmp_path, sound())
    path = tmp_path / "names" / RECEIPT
    path.unlink()
    NO_FILES[what](path)
    with pytest.raises(LedgerCorrupt, match=RECEIPT):
        open_dead_letters(settings)


VALUES: dict[str, Any] = {
    "beyond_64_bits": 10**30,
    "beyond_kafka": 2**63,
    "negative": -1,
    "boolean": True,
    "fraction": 1.5,
    "whole_float": 3.0,
    "infinite": float("inf"),
    "text": "1",
    "null": None,
    "nested": [[]],
}
FIELDS: dict[str, Callable[[dict[str, Any], Any], object]] = {
    "frontier": lambda f, value: f["frontier"].update({"0": value}),
    "rows": lambda f, value: f.update(rows=value),
    "number": lambda f, value: f.update(number=value),
    "split_end": lambda f, value: f["splits"][0].update(end=value),
    "reasons": lambda f, value: f.update(reasons={"not_json": value}),
    "recent": lambda f, value: f["recent"].update(records=value),
    "offsets": lambda f, value: f["splits"][0]["data"][0]["offsets"].update(last=value),
    "raw_bytes": lambda f, value: f["splits"][0].update(raw_bytes=value),
}


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("field", FIELDS)
def test_a_number_that_is_no_count_is_found(field: str, value: str, tmp_path: Path) -> None:
    bodies = sound3()
    fields = json.loads(bodies[2, "receipt"])
    FIELDS[field](fields, VALUES[value])
    found = audited_with(tmp_path, {**bodies, (2, "receipt"): json.dumps(fields, indent=2).encode()})
    assert (Code.ENTRY_UNREADABLE, RECEIPT) in found


@pytest.mark.parametrize("name", ["-1", "01", "x", "", "4294967296", "9" * 5000, "١"])  # an Arabic digit
def test_a_partition_that_is_none_is_found(name: str, tmp_path: Path) -> None:
    bodies = sound3()
    fields = json.loads(bodies[2, "receipt"])
    fields["frontier"][name] = 0
    found = audited_with(tmp_path, {**bodies, (2, "receipt"): json.dumps(fields, indent=2).encode()})
    assert (Code.ENTRY_UNREADABLE, RECEIPT) in found


def test_a_field_that_stands_twice_is_found(tmp_path: Path) -> None:
    bodies = sound3()
    twice = bodies[2, "receipt"].replace(b'"kind"', b'"rows": 1,\n "kind"', 1)
    assert (Code.ENTRY_UNREADABLE, RECEIPT) in audited_with(tmp_path, {**bodies, (2, "receipt"): twice})


def audited_with(folder: Path, bodies: Bodies) -> list[tuple[Code, str]]:
    put(folder, bodies)
    return [(one.code, one.where) for one in audited(folder).findings]


@pytest.mark.parametrize(
    "key",
    ["../../x", "/etc/passwd", "dead_letters/../../x", "dead_letters//x", "dead_letters/\x00", "data/x", "x" * 999, ""],
    ids=lambda key: repr(key[:20]),
)  # fmt: skip
def test_a_key_that_is_not_its_splits_name_is_refused_before_it_is_opened(key: str, tmp_path: Path) -> None:
    bodies = sound()
    fields = json.loads(bodies[2, "receipt"])
    fields["splits"][0]["dead_letters"]["key"] = key
    put(tmp_path, {**bodies, (2, "receipt"): json.dumps(fields).encode()})
    with pytest.raises(LedgerCorrupt, match="no name of an object"):
        open_dead_letters(Settings(lake=LakeSettings(url=str(tmp_path))))
    assert Code.COMMIT_INCONSISTENT in {one.code for one in audited(tmp_path).findings}


@pytest.mark.parametrize("what", ["fifo", "endless", "link_out", "gigabyte", "not_utf8"])
def test_an_object_that_is_none_is_refused(what: str, tmp_path: Path) -> None:
    box = open_dead_letters(lake(tmp_path, sound()))
    path = tmp_path / "names" / box.objects[0][1].key
    path.unlink()
    NO_FILES[what](path)
    with pytest.raises(LakeRefused, match=path.name):
        list(box.dead_letters(Selection()))


@pytest.mark.parametrize("key", ["../x", "/x", "a/../x", "a//x", "./x", "a\x00", ""])
def test_no_key_leads_out_of_the_dataset(key: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"secret")
    (tmp_path / "names").mkdir()
    with pytest.raises(Unsafe):
        LakeReader(LakeSettings(url=str(tmp_path)), "names").read(key, 100)


def test_a_folder_that_is_a_link_is_refused_and_names_of_any_bytes_are_listed(tmp_path: Path) -> None:
    stream, reader = put(tmp_path, sound()), LakeReader(LakeSettings(url=str(tmp_path)), "names")
    (stream / "data").mkdir()
    (stream / os.fsdecode(b"data/\xff.parquet")).write_bytes(b"")
    assert reader.keys("data") == ["data/\\xff.parquet"]
    (stream / "data" / "circle").symlink_to(stream)
    with pytest.raises(LedgerCorrupt, match="link to a folder"):
        reader.keys("data")


@pytest.mark.parametrize("what", NO_FILES)
def test_a_report_of_a_ledger_with_an_entry_that_is_none_ends_with_32(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = put(tmp_path, sound()) / RECEIPT
    path.unlink()
    NO_FILES[what](path)
    assert main(["report", "--json", f"--lake.url={tmp_path}"]) == 32
    said = capsys.readouterr()
    assert RECEIPT in said.err
    assert (said.out, "Traceback" in said.err) == ("", False)


@pytest.mark.parametrize("what", NO_FILES)
def test_a_report_does_without_a_hint_that_is_none(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    NO_FILES[what](put(tmp_path, sound()) / "_waybill" / "latest.json")
    assert main(["report", "--json", f"--lake.url={tmp_path}"]) == 0
    assert json.loads(capsys.readouterr().out)["newest_commit"] == 3


def test_an_object_that_is_none_is_no_part_of_a_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = put(tmp_path, sound())
    key = json.loads(sound()[1, "receipt"])["splits"][0]["data"][0]["key"]
    (stream / key).parent.mkdir(parents=True)
    os.mkfifo(stream / key)
    assert main(["report", "--by=nat", f"--lake.url={tmp_path}"]) == 32
    assert "no regular file" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["schemas_sha256", "skipped", "tombstones"])
def test_a_receipt_with_what_only_later_releases_write_is_left_to_them(name: str, tmp_path: Path) -> None:
    bodies = sound3()
    number = max(number for number, kind in bodies if kind == "receipt")
    fields = json.loads(bodies[number, "receipt"])
    fields[name] = "b" * 64 if name == "schemas_sha256" else 1
    if name != "schemas_sha256":  # else it contradicts itself
        fields["splits"][0][name] = 1
    put(tmp_path, {**bodies, (number, "receipt"): json.dumps(fields).encode()})
    with pytest.raises(ContractUnknown, match=f"a receipt whose {name} is"):
        audited(tmp_path)


@pytest.mark.parametrize("size", [10**13, 2**63 - 1])
def test_a_size_that_no_object_has_takes_no_memory(size: int, tmp_path: Path) -> None:
    stream = put(tmp_path, sound())
    (stream / "letters").write_bytes(b"few")
    assert LakeReader(LakeSettings(url=str(tmp_path)), "names").read("letters", size) == b"few"


@pytest.mark.parametrize("target", ["latest.json", "x" * 300], ids=["itself", "a name too long"])
def test_a_link_that_leads_nowhere_is_no_hint_for_readers_and_refused_for_writers(
    target: str, tmp_path: Path
) -> None:
    stream = put(tmp_path, sound())
    (stream / "_waybill" / "latest.json").symlink_to(target)
    assert audited(tmp_path).findings == []
    with pytest.raises(LakeRefused, match="failed at listing _waybill"):
        Journal(open_lake(LakeSettings(url=str(tmp_path)), "names"), "0" * 32).position()


OTHERS: dict[str, tuple[str, Callable[[dict[str, Any]], object]]] = {
    "a writer's id": ("receipt", lambda f: f.update(writer="X" * 32)),
    "a release": ("receipt", lambda f: f.update(release=1)),
    "a fingerprint": ("receipt", lambda f: f["contract"].update(fingerprint="sha256:0")),
    "a version": ("manifest", lambda f: f["contract"].update(version=0)),
    "a layout": ("manifest", lambda f: f["layout"].update(row_group_rows=0)),
    "a compression": ("manifest", lambda f: f["layout"].update(compression="gzip")),
    "a reason's count": ("receipt", lambda f: f["reasons"].update(x=0)),
    "rows of an object": ("receipt", lambda f: f["splits"][0]["data"][0].update(rows=0)),
    "bytes of an object": ("receipt", lambda f: f["splits"][0]["data"][0].update(bytes=0)),
    "recent dead letters": ("receipt", lambda f: f["recent"].update(dead=2**63 - 1)),
    "half of a surrogate pair": ("receipt", lambda f: f.update(release="\ud800")),
    "half of a pair as a name": ("receipt", lambda f: f["reasons"].update({"\udfff": 1})),
}


@pytest.mark.parametrize("what", OTHERS)
def test_an_audit_takes_no_entry_that_a_driver_refuses(what: str, tmp_path: Path) -> None:
    """Else it would be green beside a stream that stands still."""
    bodies = sound3()
    kind, change = OTHERS[what]
    number = max(number for number, of in bodies if of == kind)
    fields = json.loads(bodies[number, kind])
    change(fields)
    body = json.dumps(fields, indent=2).encode()
    key = f"_waybill/{number:020d}.{kind}.json"
    with pytest.raises(LedgerCorrupt):
        (parse_manifest if kind == "manifest" else parse_receipt)(key, body)
    assert (Code.ENTRY_UNREADABLE, key) in audited_with(tmp_path, {**bodies, (number, kind): body})


def test_what_a_ledger_says_is_text_for_a_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bodies = sound()
    fields = json.loads(bodies[3, "receipt"])
    fields["reasons"] = {"[/]\x1b[2J": 1}
    put(tmp_path, {**bodies, (3, "receipt"): json.dumps(fields).encode()})
    assert main(["report", f"--lake.url={tmp_path}"]) == 0
    assert r"dead letters, [/]\x1b[2J: 1" in capsys.readouterr().out
    fields["stream"] = "\x1b[2Jnames"
    (tmp_path / "names" / "_waybill" / f"{3:020d}.receipt.json").write_text(json.dumps(fields))
    assert main(["report", f"--lake.url={tmp_path}"]) == 31
    assert r"belongs to stream \x1b[2Jnames" in capsys.readouterr().err


@pytest.mark.parametrize("body", [b"", b"PAR1", b"x" * 1000], ids=["empty", "cut", "another"])
def test_values_of_an_object_that_was_altered_are_no_crash(
    body: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = put(tmp_path, sound())
    for number in (1, 2, 3):
        for split in json.loads(sound()[number, "receipt"])["splits"]:
            for one in split["data"]:
                (stream / one["key"]).parent.mkdir(parents=True, exist_ok=True)
                (stream / one["key"]).write_bytes(body)
    assert main(["report", "--by=nat", f"--lake.url={tmp_path}"]) == 40
    assert "can't be read" in capsys.readouterr().err


def test_what_answers_everything_is_no_empty_lake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_errors, "_PROBE_SECONDS", 0.1)
    page = Reply(200, b"<html>Log in, please</html>", {"Content-Type": "text/html", "ETag": '"x"'})
    with serving(Refuser(page)) as server:
        place = {"url": "s3://bucket/x", "endpoint": server.endpoint, "attempts": 1}
        known = LakeSettings.model_validate({**place, "access_key_id": "a", "secret_access_key": "b"})
        with pytest.raises(LakeRefused, match="is no store"):
            LakeReader(known, "names").require()
        with pytest.raises(LakeRefused, match="is no store"):
            position_of(open_journal(Settings(lake=known)), Settings(lake=known))
        with pytest.raises(LakeRefused, match="is no store"):
            check_conditional_writes(open_lake(known, "names"))
