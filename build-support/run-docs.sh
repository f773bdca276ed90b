#!/usr/bin/env bash
# Runs the commands of each page of docs/ that has blocks of sh, and compares what they print with what the page shows: on a
# Kafka at 127.0.0.1:9092, in an empty folder, with dist/waybill.pex.
#
# usage: build-support/run-docs.sh [PYTEST ARGUMENTS]   such as -k streams
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
cd "$waybill_root"

command -v jq >/dev/null || die "There is no jq on the PATH, and pages use it." "Get it: 'apt-get install jq' on Debian."
export WAYBILL_TEST_DIST=$waybill_root/dist
# Whoever asks for them wants to see them run: no result of an earlier run will do.
./pants test --force --output=all --test-report-dir=dist/test/docs tests/pages:: -- -o faulthandler_timeout=0 -s "$@"
