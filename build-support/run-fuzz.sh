#!/usr/bin/env bash
# Property tests with ten times the examples, and 10,000 whole Kafka records instead of 1,000. SEED=N repeats a run's records.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
cd "$waybill_root"

export WAYBILL_TEST_FUZZ_SEED=${SEED:-$RANDOM} WAYBILL_TEST_FUZZ_RUNS=${RUNS:-20} WAYBILL_TEST_FUZZ_EXAMPLES=${EXAMPLES:-10}
say "records of the seeds $WAYBILL_TEST_FUZZ_SEED to $((WAYBILL_TEST_FUZZ_SEED + WAYBILL_TEST_FUZZ_RUNS - 1)): SEED=$WAYBILL_TEST_FUZZ_SEED"
mapfile -t properties < <(grep -rlE '^from hypothesis import' --include='test_*.py' tests/unit)
((${#properties[@]})) || die "There is no property test below tests/unit." "See what became of them."
# What is drawn at random has to be drawn again: no result of an earlier run will do.
./pants test --force --no-timeouts --test-report-dir=dist/test/fuzz --output=all tests/integration/records/test_*.py "${properties[@]}" -- \
  -o faulthandler_timeout=0
