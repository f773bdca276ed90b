"""Zips of DAGs, each of a content of its own."""

from __future__ import annotations

import io
import zipfile


def zip_of(**members: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as content:
        for name, text in members.items():
            content.writestr(zipfile.ZipInfo(name), text)
    return buffer.getvalue()


ONE, TWO, THREE = (zip_of(**{"a_dag.py": f"# {word}"}) for word in ("one", "two", "three"))
