#!/usr/bin/env bash
# Every test of the console in a browser, on a real Kafka and on the stack; writes docs/images/console-*.png. The stack's are
# left out where there is no Docker engine or no image.
#
# usage: build-support/run-browser.sh [PYTEST ARGUMENTS]   such as -k hostile
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
cd "$waybill_root"

build-support/need-chromium.sh || exit 1
export WAYBILL_TEST_PICTURES=$waybill_root/docs/images
left_out=
if [[ -f dist/images/env ]] && build-support/need-docker.sh; then
  set -a
  . dist/images/env
  set +a
else
  say "no tests on the stack: they need a Docker engine and the images of 'make images'"
  left_out=--tag=-browser_stack
fi
# Whoever asks for them wants to see them run: no result of an earlier run will do.
./pants ${left_out:+"$left_out"} test --force --output=all --test-report-dir=dist/test/browser tests/browser:: -- "$@"
