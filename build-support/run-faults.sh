#!/usr/bin/env bash
# What `make test` runs only a part of: the whole fault matrix, the mutants, a long soak.
#
# usage: build-support/run-faults.sh matrix|mutants|soak
set -uo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
cd "$waybill_root"

reports=dist/test/faults
# What is killed at random has to be killed again: no result of an earlier run will do.
run_tests() { ./pants test --force --test-report-dir="$reports" "$@"; }

case ${1:-} in
  matrix)
    rm -rf "$reports"
    export WAYBILL_TEST_FAULTS=all
    run_tests tests/faults/test_{producer,driver,local,store,kafka,spark}.py
    status=$?
    PYTHONPATH=tests "$tools/tools/bin/python" -m faults.results "$reports" || status=1
    exit "$status"
    ;;
  mutants)
    export WAYBILL_TEST_FAULTS=all
    run_tests --output=all tests/faults/test_mutants.py
    ;;
  soak)
    export WAYBILL_TEST_SOAK_MINUTES=${MINUTES:-30} WAYBILL_TEST_FAULTS_SEED=${SEED:-$RANDOM}
    # No time-out but the soak's own.
    run_tests --output=all --no-timeouts tests/faults/test_soak.py -- -o faulthandler_timeout=0
    ;;
  *) die "run-faults.sh has no step '${1:-}'." "Say matrix, mutants or soak." ;;
esac
