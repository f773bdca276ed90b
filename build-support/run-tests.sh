#!/usr/bin/env bash
# Type checks, every test, and the reproducibility of the artifacts; ends with the sum of pytest's own reports.
set -uo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
cd "$waybill_root"

# One resolve holds what the others do, at the same pins: its type check is theirs.
once_per_file='-@resolve=(ops|producer|sandbox)'

status=0
step() {
  local began=$SECONDS
  if "${@:2}"; then say "$1: $((SECONDS - began)) s"; else
    status=1
    say "$1: FAILED after $((SECONDS - began)) s"
  fi
}

rm -rf dist/test
step "type check" ./pants --filter-address-regex="$once_per_file" check ::
step "tests" ./pants test ::
step "reproducible artifacts" build-support/check-reproducible.sh
step "every test ran" "$tools/tools/bin/python" build-support/test_summary.py tests dist/test/reports
exit "$status"
