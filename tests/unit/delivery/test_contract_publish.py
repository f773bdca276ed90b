"""``waybill contract publish``: a document into a dataset, alone or as its contract, whatever else happens then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from corpus.names_document import contract_of
from stream_folders import write_folder
from unit.contracts.documents import document, field
from unit.delivery.published import NARROWER, REQUIRED, TOPIC, WIDER, Dataset, Narrower, Wider
from unit.ledger.entries import RELEASE, WRITER, manifest3

from waybill_common.contract import BoundContract, Contract
from waybill_common.errors import LakeRefused
from waybill_common.lake import Lake
from waybill_common.lake.store import Put
from waybill_common.ledger import receipt_for
from waybill_common.ledger.keys import LATEST, document_key, manifest_key, receipt_key
from waybill_common.ledger.manifest import ContractRef3, Layout3
from waybill_contracts.document import ContractDocument
from waybill_delivery import contract_publish
from waybill_ops.cli import main
from waybill_streams.names import NAMES


@pytest.fixture
def unbegun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Dataset:
    monkeypatch.setattr(contract_publish, "topic_state", lambda *_: TOPIC)
    return Dataset(tmp_path)


@pytest.fixture
def dataset(unbegun: Dataset) -> Dataset:
    unbegun.begin()
    return unbegun


def test_a_compatible_document_is_stored_and_decides_nothing(
    dataset: Dataset, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contract_publish, "topic_state", None)  # no broker is asked
    before = dataset.at()
    assert dataset.publish(WIDER) == 0
    assert "stays version 1 until a run with this document begins a commit" in capsys.readouterr().out
    assert dataset.has(WIDER)
    assert dataset.at() == before
    files = dataset.files()
    assert dataset.publish(WIDER) == 0
    assert dataset.files() == files


def test_no_right_is_needed_on_a_dataset_that_is_not_there(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store refuses who may not read below a folder also what is not in it."""
    get = Lake.get

    def refusing(lake: Lake, key: str, *, limit: int | None = None) -> bytes | None:
        if "_redriven" in lake.address:
            raise LakeRefused("Access Denied.", allowed="rights.", remedy="grant them.")
        return get(lake, key, limit=limit)

    (dataset.folder / "lake" / "names_redriven").mkdir()
    monkeypatch.setattr(Lake, "get", refusing)
    assert dataset.publish(WIDER) == 0


@pytest.mark.parametrize("more", [(), ("--tighten",)], ids=["alone", "with --tighten"])
def test_the_datasets_own_document_changes_nothing(
    more: tuple[str, ...], dataset: Dataset, capsys: pytest.CaptureFixture[str]
) -> None:
    files = dataset.files()
    assert dataset.publish(NAMES, *more) == 0
    assert "is the dataset's contract already, by commit 1" in capsys.readouterr().out
    assert dataset.files() == files


@pytest.mark.parametrize(
    ("more", "contract", "said"),
    [
        ((), contract_of(Wider), "commit 1 is of version 1 with the fingerprint"),
        ((), NARROWER, "email: maxLength lets less through"),
        (("--tighten",), contract_of(Narrower), "commit 1 is of version 1 with the fingerprint"),
        (("--tighten",), REQUIRED, "state: optional to required"),
    ],
    ids=["same version", "narrower", "same version, tightened", "required, tightened"],
)
def test_what_may_not_follow_is_refused_and_nothing_is_stored(
    more: tuple[str, ...],
    contract: Contract,
    said: str,
    dataset: Dataset,
    capsys: pytest.CaptureFixture[str],
) -> None:
    files = dataset.files()
    assert dataset.publish(contract, *more) == 27
    assert said in capsys.readouterr().err
    assert dataset.files() == files


def test_a_refusal_of_narrower_rules_names_the_way_out(
    dataset: Dataset, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dataset.publish(NARROWER) == 27
    assert "narrower ones by `waybill contract publish --tighten`" in capsys.readouterr().err


@pytest.mark.parametrize("more", [(), ("--tighten",)], ids=["alone", "with --tighten"])
def test_a_dataset_that_has_not_begun_is_begun_by_a_run(
    more: tuple[str, ...], unbegun: Dataset, capsys: pytest.CaptureFixture[str]
) -> None:
    assert unbegun.publish(WIDER, *more) == 31
    assert "begin the dataset by a run with this document" in capsys.readouterr().err
    assert not (unbegun.folder / "lake").exists()


def test_another_streams_document_is_refused(dataset: Dataset, capsys: pytest.CaptureFixture[str]) -> None:
    orders = document(field(1, "id", "long"), stream="orders", version=2).text
    assert dataset.publish(replace(NAMES, document=orders)) == 2
    assert "is a contract of the stream orders, this run is of names" in capsys.readouterr().err


def test_without_a_document_it_is_that_of_the_streams_folder(
    dataset: Dataset, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_folder(tmp_path / "streams", "names", 'topic = "names_topic"\n', WIDER.document)
    lake = f"--lake.url={dataset.folder / 'lake'}"
    assert main(["contract", "publish", f"--streams={tmp_path / 'streams'}", lake]) == 0
    assert "stays version 1 until a run" in capsys.readouterr().out
    assert dataset.has(WIDER)


def test_tightening_is_a_commit_that_moves_nothing(
    dataset: Dataset, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dataset.tighten(NARROWER) == 0
    out = capsys.readouterr().out
    assert "is the dataset's contract from commit 2 on, which moves nothing" in out
    assert "Rows of earlier commits need not keep" in out
    manifest, receipt = dataset.journal.manifest(2), dataset.journal.receipt(2)
    assert (manifest.before, manifest.after, manifest.splits, manifest.holes) == ({0: 10}, {0: 10}, (), ())
    assert (receipt.frontier, receipt.rows, receipt.splits) == ({0: 10}, 0, ())
    at = dataset.at()
    assert (at.number, at.open) == (2, None)
    assert at.contract is not None
    assert NARROWER.is_named(at.contract.version, at.contract.fingerprint)
    assert dataset.has(NARROWER)


def test_tightening_again_changes_nothing(dataset: Dataset, capsys: pytest.CaptureFixture[str]) -> None:
    assert dataset.tighten(NARROWER) == 0
    files = dataset.files()
    assert dataset.tighten(NARROWER) == 0
    assert dataset.publish(NARROWER) == 0
    assert "already, by commit 2" in capsys.readouterr().out
    assert dataset.files() == files
    assert dataset.tighten(WIDER) == 27  # the same version with other bytes


def test_a_dataset_of_an_old_format_goes_over_by_it(unbegun: Dataset) -> None:
    unbegun.begin(old=True)
    assert unbegun.tighten(NARROWER) == 0
    at = unbegun.at()
    assert (at.number, at.format, at.frontier) == (2, 3, {0: 10})


@pytest.mark.parametrize("contract", [NAMES, WIDER], ids=["of the old contract", "of another one"])
def test_an_open_commit_is_not_touched(
    contract: Contract, dataset: Dataset, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset.open(contract)
    files = dataset.files()
    assert dataset.tighten(NARROWER) == 27
    assert "commit 2 is open" in capsys.readouterr().err
    assert dataset.files() == files


def test_an_empty_open_commit_of_another_contract_is_not_touched(dataset: Dataset) -> None:
    dataset.open(WIDER, after={0: 10}, splits=())
    assert dataset.tighten(NARROWER) == 27
    assert dataset.at().open is not None


@pytest.mark.parametrize("more", [(), ("--tighten",)], ids=["alone", "with --tighten"])
def test_a_run_that_has_begun_under_the_document_is_told(
    more: tuple[str, ...], dataset: Dataset, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset.open(WIDER)
    files = dataset.files()
    assert dataset.publish(WIDER, *more) == 0
    assert "already, by commit 2" in capsys.readouterr().out
    assert dataset.files() == files


def test_the_topic_is_the_datasets_before_anything_is_stored(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_again = replace(TOPIC, id="another")
    monkeypatch.setattr(contract_publish, "topic_state", lambda *_: made_again)
    monkeypatch.setattr("time.sleep", lambda _: None)
    files = dataset.files()
    assert dataset.tighten(NARROWER) == 22
    assert dataset.files() == files


Patched = Callable[[Lake, str, bytes], object]


def kills(at: str, *, after: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next write of a key that ends so is the last thing that this program does."""
    writes: dict[str, Patched] = {"put_new": Lake.put_new, "overwrite": Lake.overwrite}

    def made(write: Patched) -> Patched:
        def killed(lake: Lake, key: str, body: bytes) -> object:
            if not key.endswith(at):
                return write(lake, key, body)
            if after:
                write(lake, key, body)
            raise KeyboardInterrupt

        return killed

    for name, write in writes.items():
        monkeypatch.setattr(Lake, name, made(write))


STEPS = [document_key(NARROWER.document_sha256), "manifest.json", "receipt.json", LATEST]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", STEPS, ids=["document", "manifest", "receipt", "latest"])
def test_whatever_is_killed_the_next_one_ends_it(at: str, *, after: bool, dataset: Dataset) -> None:
    with pytest.MonkeyPatch.context() as patch:
        kills(at, after=after, monkeypatch=patch)
        assert dataset.tighten(NARROWER) == 130
    assert dataset.tighten(NARROWER) == 0
    found = dataset.at()
    assert (found.number, found.open, found.frontier) == (2, None, {0: 10})
    assert found.contract is not None
    assert found.contract.fingerprint == NARROWER.fingerprint
    assert dataset.journal.document(NARROWER.document_sha256) == NARROWER.document


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, Callable[[], object]], None]]:
    """Something that happens once, before the next create of a key that ends so."""
    waiting: dict[str, Callable[[], object]] = {}
    put = Lake.put_new

    def noted(lake: Lake, key: str, body: bytes) -> Put:
        for end in [end for end in waiting if key.endswith(end)]:
            waiting.pop(end)()
        return put(lake, key, body)

    monkeypatch.setattr(Lake, "put_new", noted)
    yield waiting.__setitem__
    assert waiting == {}


@pytest.mark.parametrize("at", ["manifest.json", "receipt.json"])
def test_two_at_once_make_one_commit(
    at: str, dataset: Dataset, meanwhile: Callable[[str, Callable[[], object]], None]
) -> None:
    codes: list[int] = []
    meanwhile(at, lambda: codes.append(dataset.tighten(NARROWER)))
    codes.append(dataset.tighten(NARROWER))
    assert codes == [0, 0]
    assert dataset.at().number == 2


def test_of_two_documents_at_once_one_is_refused(
    dataset: Dataset,
    meanwhile: Callable[[str, Callable[[], object]], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    meanwhile("manifest.json", lambda: dataset.tighten(WIDER))
    assert dataset.tighten(NARROWER) == 27
    assert "commit 2 is of version 2 with the fingerprint" in capsys.readouterr().err
    assert dataset.at().number == 2


def test_a_run_that_opens_a_commit_at_that_moment_keeps_it(
    dataset: Dataset,
    meanwhile: Callable[[str, Callable[[], object]], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    meanwhile("manifest.json", lambda: dataset.open(NAMES))
    assert dataset.tighten(NARROWER) == 27
    assert "commit 2 is open" in capsys.readouterr().err
    opened = dataset.at().open
    assert opened is not None
    assert opened.contract.version == 1


def orders(number: int, *kinds: str, rules: Any = None) -> ContractDocument:
    """In a folder for each kind and day."""
    entries = {"2": {"rules": {"enum": list(kinds)}}} | ({"3": {"rules": rules}} if rules else {})
    return document(
        field(1, "at", "timestamptz"),
        field(2, "kind", "string"),
        field(3, "n", "long"),
        entries=entries,
        stream="orders",
        version=number,
        partition_by=["identity(kind)", "day(at)"],
    )


WINDOW = ("2016-01-01", "2026-11-24")


@pytest.fixture
def of_orders(unbegun: Dataset) -> Dataset:
    """One commit of another stream, whose folders have a window."""
    first = orders(1, "a")
    bound = ContractRef3(version=1, fingerprint=f"sha256:{first.sha256}", document=first.sha256)
    layout = Layout3(
        row_group_rows=7, compression="zstd", partition_by=("identity(kind)", "day(at)"), window=WINDOW
    )
    moved: dict[str, Any] = {"after": {0: 0}, "splits": ()}
    manifest = manifest3(stream="orders", contract=bound, layout=layout, **moved)
    receipt = receipt_for(
        manifest, sha256(manifest.to_json()).hexdigest(), [], writer=WRITER, release=RELEASE
    )
    unbegun.stream = "orders"
    unbegun.put(document_key(first.sha256), first.text)
    unbegun.put(manifest_key(1), manifest.to_json())
    unbegun.put(receipt_key(1), receipt.to_json())
    return unbegun


def test_a_streams_own_folders_and_window_stay(of_orders: Dataset) -> None:
    narrower = orders(2, "a", rules={"minimum": "0"})
    contract = BoundContract("orders", 2, narrower.text)
    assert of_orders.publish(contract) == 27
    assert of_orders.tighten(contract) == 0
    layout = of_orders.journal.manifest(2).layout
    assert isinstance(layout, Layout3)
    assert (layout.partition_by, layout.window) == (("identity(kind)", "day(at)"), WINDOW)


def test_folders_whose_names_are_too_long_are_refused_before_anything_is_stored(
    of_orders: Dataset, capsys: pytest.CaptureFixture[str]
) -> None:
    files = of_orders.files()
    assert of_orders.tighten(BoundContract("orders", 2, orders(2, "a", "x" * 250).text)) == 2
    assert "bytes" in capsys.readouterr().err
    assert of_orders.files() == files
