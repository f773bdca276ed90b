#!/usr/bin/env bash
# Packages again what is deployed, without Pants' memory of the first time, and compares every byte with dist/.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
cd "$waybill_root"

again=dist/again
trap 'rm -rf "$again"' EXIT
build-support/package.sh src/python::
PANTS_LOCAL_CACHE=false PANTS_DISTDIR=$again build-support/package.sh src/python::
sums=$(cd "$again" && sha256sum -- *.pex *.zip *.whl *.cdx.json *.THIRD-PARTY-LICENSES)
if ! (cd dist && sha256sum --check --quiet) <<<"$sums" >&2; then
  die "A second build gave other bytes." \
    "Unpack both and compare: a clock, a path or an order got in, or bytecode from a plain ./pants package after tests."
fi
say "$(wc -l <<<"$sums") artifacts and lists are the same, byte for byte, when built again"
