#!/usr/bin/env bash
# Every verb with every form and mistake of the settings, through the built artifacts; ends with a table.
#
# usage: build-support/run-edges.sh [PYTEST ARGUMENTS]   such as -k 'prefix or S3'
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
cd "$waybill_root"

export WAYBILL_TEST_EDGES=${WAYBILL_TEST_EDGES:-artifacts} WAYBILL_TEST_DIST=$waybill_root/dist
# Whoever asks for them wants to see them run: no result of an earlier run will do.
./pants test --force --output=all --no-timeouts --test-report-dir=dist/test/edges tests/edges:: -- -o faulthandler_timeout=0 "$@"
