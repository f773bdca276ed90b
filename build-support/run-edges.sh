#!/usr/bin/env bash
# Every verb with every form and mistake of the settings, then one of each kind with every verb, and each with a few, through
# the built artifacts. Each of the two ends with a table.
#
# usage: build-support/run-edges.sh [PYTEST ARGUMENTS]   such as -k 'prefix or S3'
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
cd "$waybill_root"

export WAYBILL_TEST_DIST=$waybill_root/dist
status=0
for WAYBILL_TEST_EDGES in quick artifacts; do
  export WAYBILL_TEST_EDGES
  # Whoever asks for them wants to see them run: no result of an earlier run will do.
  ./pants test --force --output=all --no-timeouts --test-report-dir="dist/test/edges/$WAYBILL_TEST_EDGES" tests/edges:: -- \
    -o faulthandler_timeout=0 "$@" || status=1
done
exit "$status"
