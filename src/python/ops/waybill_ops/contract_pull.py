"""``waybill contract pull``: the document of a dataset's contract. ``waybill contract`` looks this up by its name."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path

from waybill_common.errors import ContractUnknown, LakeRefused, SettingsRefused
from waybill_common.ledger import ContractRef, ContractRef3
from waybill_common.terminal import say
from waybill_ops.dataset import open_journal, position_of
from waybill_streams.packaged import STREAMS
from waybill_streams.stream_settings import settings_of


def pull(flags: Namespace, environ: Mapping[str, str]) -> None:
    """Raises ``LakeRefused`` for a dataset that has not begun, ``LedgerCorrupt``, ``ContractUnknown``."""
    settings = settings_of(flags, environ, "contract")
    journal = open_journal(settings)
    at = position_of(journal, settings)
    has = at.open.contract if at.open is not None else at.contract
    if has is None:
        raise LakeRefused(
            f"{journal.lake.address} has no commit, and so no contract.",
            allowed="a dataset that has begun.",
            remedy="correct lake.url, or deliver once.",
        )
    if isinstance(has, ContractRef3) and has.document is not None:
        document = journal.document(has.document)
    else:
        document = _of_this_release(settings.stream.name, has)
    _write(flags.file, document)
    say(f"{has.fingerprint}: version {has.version} of {settings.stream.name} in {flags.file}")


def _of_this_release(stream: str, has: ContractRef) -> bytes:
    """For an entry that was written before datasets had documents."""
    known = STREAMS.get(stream)
    carried = known.carried(has.version, has.fingerprint) if known is not None else None
    if carried is None:
        raise ContractUnknown(
            f"The dataset's last commit is of contract version {has.version} ({has.fingerprint[:15]}…), of which it "
            "has no document.",
            allowed=f"a commit with a document, or of a contract of {stream} that this release carries.",
            remedy="take the contract from the release that wrote the commit.",
        )
    return carried.document


def _write(path: Path, document: bytes) -> None:
    try:
        with path.open("xb") as file:
            file.write(document)
    except OSError as error:
        raise SettingsRefused(
            f"{path} can't be written: {error.strerror}.",
            allowed="a new file in a folder that this user may write.",
            remedy="name another file; nothing is overwritten.",
        ) from error
