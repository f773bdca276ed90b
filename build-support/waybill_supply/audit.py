"""Look for known holes in everything that the locks and the jar manifests name.

Usage: audit.py ROOT OSV_URL

pip-audit asks OSV's database about the locks, we ask it about jars. Ends with 0 where nothing was found, with 1 where
something was, with 2 for a lock or file that can't be used, and with 3 where the database is out of reach although
there is a network and this is CI (CI=true). Elsewhere it only says that it could not ask. What 3rdparty/accepted.toml
names is mentioned and does not count.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from waybill_supply.osv import Finding, OutOfReach, of_jars
from waybill_supply.part import Part, SupplyError
from waybill_supply.pins import jars

FOUND, UNUSABLE, NOT_ASKED = 1, 2, 3
LOCK_SECONDS = 600
NO_ANSWER = ("requests.exceptions.", "pip_audit._service.interface.")


@dataclass(frozen=True)
class Accepted:
    id: str
    package: str
    why: str


def read_accepted(path: Path) -> tuple[Accepted, ...]:
    try:
        return tuple(Accepted(**table) for table in tomllib.loads(path.read_text()).get("accepted", ()))
    except (OSError, TypeError, ValueError) as error:
        raise SupplyError(
            f"{path} can't be used: {error}.\nEach [[accepted]] has id, package and why."
        ) from error


def of_lock(lock: Path, url: str) -> Iterator[Finding]:
    """The findings in one lock. Raises ``OutOfReach``, and ``SupplyError`` for what pip-audit refuses."""
    command = [sys.executable, "-m", "pip_audit", "--vulnerability-service", "osv", "--osv-url", url]
    command += ["--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json"]
    command += ["--requirement", str(lock)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LOCK_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise OutOfReach(f"pip-audit took more than {LOCK_SECONDS} s for {lock.name}") from None
    try:
        report = json.loads(done.stdout)
    except ValueError:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        if last.startswith(NO_ANSWER):
            raise OutOfReach(last) from None
        raise SupplyError(
            f"pip-audit could not read {lock}: {last}\nSee whether `make locks` wrote it."
        ) from None
    for package in report["dependencies"]:
        if reason := package.get("skip_reason"):  # for pip-audit that is as good as no finding
            raise OutOfReach(reason)
        for hole in package["vulns"]:
            yield Finding(
                package=package["name"],
                version=package["version"],
                id=hole["id"],
                aliases=tuple(sorted(hole["aliases"])),
                fixed=tuple(hole["fix_versions"]),
                where=lock.name,
            )


def findings(root: Path, url: str) -> Iterator[Finding]:
    """Jars first: one question tells whether the database can be reached at all."""
    manifests, locks = _all(root / "3rdparty/jvm", "*.json"), _all(root / "3rdparty/python", "*.lock")
    for manifest in manifests:
        yield from of_jars(_read_jars(manifest), manifest.name, url)
    for lock in locks:
        yield from of_lock(lock, url)


def _all(folder: Path, pattern: str) -> list[Path]:
    """None at all would pass for one without a finding."""
    found = sorted(folder.glob(pattern))
    if not found:
        raise SupplyError(f"There is no lock or manifest {pattern} in {folder}.\nName Waybill's own folder.")
    return found


def _read_jars(manifest: Path) -> tuple[Part, ...]:
    try:
        return tuple(jars(manifest.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SupplyError(
            f"{manifest} can't be used: {type(error).__name__}: {error}.\nSee whether `make locks` wrote it."
        ) from error


def report(found: Iterable[Finding], accepted: Sequence[Accepted]) -> int:
    """Prints each; returns how many count."""
    count = 0
    for one in sorted(found, key=lambda one: (one.package, one.id, one.where)):
        reasons = [
            known.why for known in accepted if known.id in one.names() and known.package == one.package
        ]
        count += not reasons
        remedy = (
            f"accepted: {reasons[0]}" if reasons else f"mended in {', '.join(one.fixed) or 'no release yet'}"
        )
        names = " ".join([one.id, *one.aliases])
        print(f"{one.package} {one.version} ({one.where}): {names}; {remedy}")
    return count


def network() -> bool:
    """Whether anything can be reached: the package index that pip has here answers."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "index",
        "versions",
        "pip-audit",
        "--retries",
        "0",
        "--timeout",
        "15",
    ]
    try:
        return subprocess.run(command, capture_output=True, timeout=120, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def not_asked(error: OutOfReach, in_ci: bool, connected: Callable[[], bool]) -> int:
    """The exit code where the database left a question open; says what that means."""
    print(f"waybill: OSV's database is out of reach; not everything was looked up: {error}", file=sys.stderr)
    if not in_ci:
        print("         Run `make audit` where it can be reached.", file=sys.stderr)
        return 0
    if not connected():
        print("         There is no network at all, which CI lets pass.", file=sys.stderr)
        return 0
    print("         There is a network, and CI=true: let CI reach the database.", file=sys.stderr)
    return NOT_ASKED


def main(argv: Sequence[str] | None = None) -> int:
    root, url = sys.argv[1:] if argv is None else argv
    found: list[Finding] = []
    left: OutOfReach | None = None
    accepted: tuple[Accepted, ...] = ()
    try:
        accepted = read_accepted(Path(root) / "3rdparty/accepted.toml")
        for one in findings(Path(root), url):
            found.append(one)  # noqa: PERF402, what was found before an error counts
    except OutOfReach as error:
        left = error
    except SupplyError as error:
        report(found, accepted)
        print(f"waybill: {error}", file=sys.stderr)
        return UNUSABLE
    count = report(found, accepted)
    ended = not_asked(left, os.environ.get("CI") == "true", network) if left else 0
    if found or not left:
        print(f"{count} known holes that count, {len(found) - count} accepted")
    return FOUND if count else ended


if __name__ == "__main__":
    sys.exit(main())
