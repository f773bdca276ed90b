#!/usr/bin/env bash
# Packages everything, and once more without anything that Pants cached, and compares every byte.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
cd "$waybill_root"

trap 'rm -rf dist/again' EXIT
artifacts() { (cd "$1" && find . -maxdepth 1 -type f -newer "$tools/.packaged" -exec sha256sum {} + | sort -k 2); }

touch "$tools/.packaged"
./pants package ::
first=$(artifacts dist)
./pants --no-pantsd --no-local-cache --pants-distdir=dist/again package ::
if ! diff <(echo "$first") <(artifacts dist/again) >&2; then
  die "A second build gave other bytes." "Unpack both and compare: a clock, a path or an order got in."
fi
say "$(wc -l <<<"$first") artifacts are the same, byte for byte, when built again"
