#!/usr/bin/env bash
# package.sh TARGET...: builds artifacts into dist/, with caches in which nothing else runs. Mypy and tests leave bytecode
# beside the wheels that Pex keeps in its cache, and from there it would get into the next PEX.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
cd "$waybill_root"

exec ./pants --named-caches-dir="$tools/package-caches" package "$@"
