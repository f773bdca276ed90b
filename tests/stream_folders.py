"""Folders of streams, as a user would write them."""

from __future__ import annotations

from pathlib import Path


def write_folder(
    folders: Path, name: str, toml: str = 'topic = "t"\n', contract: bytes | None = None, **samples: str
) -> Path:
    """``folders / name``; ``samples`` by the names of their files, without ``.jsonl``."""
    folder = folders / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "stream.toml").write_text(toml)
    if contract is not None:
        (folder / "contract.json").write_bytes(contract)
    for file, text in samples.items():
        (folder / "samples").mkdir(exist_ok=True)
        (folder / "samples" / f"{file}.jsonl").write_text(text)
    for one in (folder, *folder.rglob("*")):
        one.chmod(one.stat().st_mode & ~0o022)
    return folder
