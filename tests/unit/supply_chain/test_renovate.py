"""renovate.json sees each requirement, root of a jar manifest and image, and no file that `make locks` writes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
CONFIG: dict[str, Any] = json.loads((ROOT / "renovate.json").read_text())
REQUIREMENTS = sorted((ROOT / "3rdparty/python").glob("*.txt"))
MANIFESTS = sorted((ROOT / "3rdparty/jvm").glob("*.json"))


def matches(patterns: list[str], path: Path) -> bool:
    """As Renovate does it: a pattern between slashes is a regular expression, searched for in the path."""
    assert all(pattern[0] == pattern[-1] == "/" for pattern in patterns)
    return any(re.search(pattern[1:-1], str(path.relative_to(ROOT))) for pattern in patterns)


def found(path: Path) -> list[tuple[str, str]]:
    """The (name, version) pairs that the custom managers see in a file."""
    pairs = []
    for manager in CONFIG["customManagers"]:
        if matches(manager["managerFilePatterns"], path):
            for pattern in manager["matchStrings"]:
                for match in re.finditer(pattern.replace("(?<", "(?P<"), path.read_text()):
                    name = match.groupdict().get("depName") or manager["depNameTemplate"]
                    pairs.append((name, match["currentValue"]))
    return pairs


def test_there_are_files_to_look_at() -> None:
    assert len(REQUIREMENTS) > 20
    assert len(MANIFESTS) > 5


@pytest.mark.parametrize("file", REQUIREMENTS, ids=lambda file: file.name)
def test_each_file_of_requirements_is_seen(file: Path) -> None:
    assert matches(CONFIG["pip_requirements"]["managerFilePatterns"], file)


@pytest.mark.parametrize("file", MANIFESTS, ids=lambda file: file.name)
def test_each_root_of_a_jar_manifest_is_seen_and_no_jar_below_it(file: Path) -> None:
    roots = [root.split(":") for root in json.loads(file.read_text())["roots"]]
    assert found(file) == [(f"{group}:{artifact}", version) for group, artifact, version, *_ in roots]


@pytest.mark.parametrize("name", ["docker/images.sh", "docker/compose.yaml", "build-support/make-minio.sh"])
def test_minios_pins_are_seen(name: str) -> None:
    [(package, version)] = found(ROOT / name)
    assert package.endswith("minio/minio")
    assert version.startswith(("RELEASE.20", "v0.0.0-20"))


def test_the_base_images_pin_is_seen() -> None:
    assert found(ROOT / "build-support/make-base-image.sh") == [("debian", "bookworm-slim")]


def test_each_dockerfile_is_seen() -> None:
    dockerfiles = sorted((ROOT / "docker").glob("*/Dockerfile"))
    assert len(dockerfiles) > 5
    assert all(matches(CONFIG["dockerfile"]["managerFilePatterns"], file) for file in dockerfiles)


def test_what_make_locks_writes_is_left_to_it() -> None:
    python = ROOT / "3rdparty/python"
    written = [*sorted(python.glob("*.lock")), python / "files.sha256"]
    for file in written:
        assert not matches(CONFIG["pip_requirements"]["managerFilePatterns"], file)
        assert any(file.match(pattern) for pattern in CONFIG["postUpgradeTasks"]["fileFilters"])
    assert CONFIG["postUpgradeTasks"]["commands"] == ["make locks"]
    assert "make locks" in CONFIG["prBodyNotes"][0]
