"""The recipes of docs/security.md: as they stand there, but for addresses, names and paths."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs/security.md"
_RECIPE = re.compile(r"^```toml\n# recipe: ([\w-]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def recipes() -> dict[str, str]:
    return dict(_RECIPE.findall(PAGE.read_text()))


def written(name: str, folder: Path, ours: Mapping[str, str]) -> Path:
    """The recipe as a file, with each word of ``ours`` in place of the page's. All of them have to be there."""
    text = recipes()[name]
    for theirs, own in ours.items():
        assert theirs in text, f"{theirs} is not in the recipe {name}"
        text = text.replace(theirs, own)
    assert ".example" not in text
    assert "/etc/" not in text
    file = folder / f"{name}.toml"
    file.write_text(text)
    return file


def secret(folder: Path, name: str, text: str) -> str:
    """A file with a secret, as the page wants them."""
    file = folder / name
    file.write_text(text)
    file.chmod(0o600)
    return str(file)
