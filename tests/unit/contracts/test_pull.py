"""``waybill contract pull``: what the dataset's last entry names, open or closed."""

from __future__ import annotations

from pathlib import Path

import pytest
from unit.ledger.entries import manifest1, manifest3, receipt3

import waybill_ops.cli
from waybill_common.ledger.keys import document_key, manifest_key, receipt_key
from waybill_common.ledger.manifest import ContractRef
from waybill_streams.names import NAMES


@pytest.fixture
def stream(tmp_path: Path) -> Path:
    return tmp_path / "lake" / "names"


def store(stream: Path, key: str, body: bytes) -> None:
    (stream / key).parent.mkdir(parents=True, exist_ok=True)
    (stream / key).write_bytes(body)


def pull(stream: Path) -> int:
    file = stream.parent.parent / "pulled.json"
    return waybill_ops.cli.main(["contract", "pull", str(file), f"--lake.url={stream.parent}"])


def pulled(stream: Path) -> bytes:
    return (stream.parent.parent / "pulled.json").read_bytes()


def test_the_document_of_the_last_entry_is_written(stream: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store(stream, document_key(NAMES.document_sha256), NAMES.document)
    store(stream, manifest_key(1), manifest3().to_json())
    assert pull(stream) == 0
    assert pulled(stream) == NAMES.document
    assert capsys.readouterr().out.startswith(f"{NAMES.fingerprint}: version 1 of names in ")
    assert pull(stream) == 2  # nothing is overwritten
    store(stream, receipt_key(1), receipt3().to_json())
    (stream.parent.parent / "pulled.json").unlink()
    assert pull(stream) == 0


def test_behind_an_old_entry_it_is_the_one_that_this_release_carries(stream: Path) -> None:
    store(stream, manifest_key(1), manifest1().to_json())
    assert pull(stream) == 0
    assert pulled(stream) == NAMES.document


@pytest.mark.parametrize(
    ("entry", "document", "code"),
    [
        (None, None, 31),
        (manifest3(), None, 32),
        (manifest3(), b"{}", 32),
        (manifest1(contract=ContractRef(version=1, fingerprint="sha256:" + "f" * 64)), None, 35),
    ],
    ids=["nothing delivered", "gone", "altered", "of another release"],
)
def test_what_is_not_there_or_not_as_it_was_is_not_written(
    entry: object, document: bytes | None, code: int, stream: Path
) -> None:
    stream.mkdir(parents=True)
    if entry is not None:
        store(stream, manifest_key(1), entry.to_json())  # type: ignore[attr-defined]
    if document is not None:
        store(stream, document_key(NAMES.document_sha256), document)
    assert pull(stream) == code
    assert not (stream.parent.parent / "pulled.json").exists()
