#!/usr/bin/env bash
# Type checks, every test, and the reproducibility of the artifacts; ends with the sum of pytest's own reports.
# Tests that need a Docker engine or a Chromium are left out where there is none, except in CI.
set -uo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
cd "$waybill_root"

# One resolve holds what the others do, at the same pins: its type check is theirs.
once_per_file='-@resolve=(ops|producer|sandbox)'
on_docker=(integration/containers integration/registry integration/stack)
# `make browser`, `make types` and `make docs` run these.
other_runs=(browser/stack browser/thorough readers pages)

status=0
step() {
  local began=$SECONDS
  say "$1 …"
  if "${@:2}"; then say "$1: $((SECONDS - began)) s"; else
    status=1
    say "$1: FAILED after $((SECONDS - began)) s"
    return 1
  fi
}

# beside NAME COMMAND...: begins now, and goes on beside what follows until `joined NAME`.
declare -A running=()
beside() {
  mkdir -p dist/test
  "${@:2}" >"dist/test/$1.log" 2>&1 &
  running[$1]=$!
}

# joined NAME: waits for its end, and tells how that was.
joined() {
  local ended=0
  wait "${running[$1]}" || ended=$?
  tail -n "$((ended ? 200 : 1))" "dist/test/$1.log" >&2
  return "$ended"
}

# on_images TAG: the tests with that tag. Pants must not answer for an older image's tests.
on_images() (
  set -a
  . dist/images/env
  WAYBILL_TEST_IMAGES=$(docker images --no-trunc --format '{{.Repository}} {{.ID}}' 'waybill/*' | sort | sha256sum)
  ./pants --tag="$1" test ::
)

# no_browser: what that means for the tests that need one.
no_browser() {
  here+=,chromium
  other_runs+=(browser)
  [[ ${CI:-} != true ]] || step "a browser, of which CI may not leave out the tests" false
}

rm -rf dist/test
left_out=()
build-support/need-docker.sh || left_out=("${on_docker[@]}")
if [[ ${CI:-} == true ]] && ((${#left_out[@]})); then
  die "There is no Docker engine, and CI may leave nothing out." "See the message above."
fi

# Pants at first waits for downloads, and tests on Docker wait more than they work: so two things are done at a time.
beside chromium build-support/need-chromium.sh
((${#left_out[@]})) || beside first-images docker/images.sh --ahead
step "artifacts" build-support/package.sh ::
if ! ((${#left_out[@]})); then
  joined first-images || true # what went wrong there goes wrong again, and is told
  beside images docker/images.sh
fi
step "type check" ./pants --filter-address-regex="$once_per_file" check ::
images=
((${#left_out[@]})) || { step "images" joined images && images=built; }
[[ -z $images ]] || beside containers on_images containers
here=-containers,stack,browser,pages
joined chromium || no_browser
step "tests" ./pants --tag="$here" test ::
[[ -z $images ]] || step "tests on containers" joined containers
beside second-build build-support/check-reproducible.sh
[[ -z $images ]] || step "tests on the stack" on_images stack
step "reproducible artifacts" joined second-build
step "every test ran" "$tools/tools/bin/python" build-support/test_summary.py tests dist/test/reports "${left_out[@]}" \
  "${other_runs[@]}"
exit "$status"
