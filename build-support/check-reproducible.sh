#!/usr/bin/env bash
# Packages everything twice, each time from nothing that Pants or Pex had cached, and compares every byte.
# Pex's cache matters: bytecode that a test run leaves beside an installed wheel gets into the next PEX.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
cd "$waybill_root"

caches=$(mktemp -d)
trap 'rm -rf "$caches" dist/once dist/again' EXIT
build() { ./pants --no-pantsd --no-local-cache --named-caches-dir="$caches/$1" --pants-distdir="dist/$1" package ::; }
artifacts() { (cd "dist/$1" && find . -maxdepth 1 -type f -exec sha256sum {} + | sort -k 2); }

build once
build again
rm -rf "$caches"
first=$(artifacts once)
if ! diff <(echo "$first") <(artifacts again) >&2; then
  die "A second build gave other bytes." "Unpack both and compare: a clock, a path or an order got in."
fi
say "$(wc -l <<<"$first") artifacts are the same, byte for byte, when built again"
