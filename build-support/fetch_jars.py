"""Put the files of a jar manifest, each checked against its sha256, into a folder. Downloads them once into a cache.

Usage: fetch_jars.py SPARK_JARS_DIR CACHE MANIFEST FOLDER

It does for images, before anything of ours is built, what waybill_common.jars does at run time; here a manifest may
also list files that are no jars. The cache's folders are the same.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import jvm_manifest


def single_file(entry: dict[str, str]) -> str:
    """A manifest's entry as a root: its classifier and extension stand in the file's name."""
    _, artifact, version = entry["coordinate"].split(":")
    classifier, _, extension = entry["file"].removeprefix(f"{artifact}-{version}").partition(".")
    return f"{entry['coordinate']}:{classifier.removeprefix('-')}:{extension}"


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check(folder: Path, entries: list[dict[str, str]]) -> None:
    """Ends the program where a file's sha256 is not the manifest's."""
    for entry in entries:
        found = digest(folder / entry["file"])
        if found != entry["sha256"]:
            raise SystemExit(
                f"{folder / entry['file']} has sha256 {found}, and its manifest names {entry['sha256']}.\n"
                f"Delete {folder} and run again; if it comes back, another file is served than the one reviewed."
            )


def cached(document: dict[str, Any], cache: Path, ivy_jar: Path) -> Path:
    """The folder of the cache with all files of the manifest; it appears only when complete and checked."""
    entries = document["jars"]
    name = hashlib.sha256("".join(entry["sha256"] + entry["file"] for entry in entries).encode()).hexdigest()
    final = cache / f"{document['name']}-{name[:12]}"
    if not final.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{document['name']}-", dir=cache) as folder:
            work = Path(folder)
            roots = [single_file(entry) for entry in entries]
            libs = jvm_manifest.retrieve(ivy_jar, document["name"], roots, (), work)
            complete = work / "complete"
            complete.mkdir()
            for entry in entries:
                source = libs / Path(*entry["coordinate"].split(":")) / entry["file"]
                source.replace(complete / entry["file"])
            check(complete, entries)
            complete.rename(final)
    check(final, entries)
    return final


def place(source: Path, target: Path) -> None:
    """A hard link where the file system allows it."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def main() -> int:
    spark_jars, cache, manifest, folder = (Path(argument) for argument in sys.argv[1:])
    (ivy_jar,) = spark_jars.glob("ivy-*.jar")
    document = json.loads(manifest.read_text())
    source = cached(document, cache, ivy_jar)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for entry in document["jars"]:
        place(source / entry["file"], folder / entry["file"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
