#!/usr/bin/env bash
# Type checks, every test, and the reproducibility of the artifacts; ends with the sum of pytest's own reports.
# Tests that need a Docker engine are left out where there is none, except in CI.
set -uo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
cd "$waybill_root"

# One resolve holds what the others do, at the same pins: its type check is theirs.
once_per_file='-@resolve=(ops|producer|sandbox)'
on_docker=(integration/containers integration/registry integration/stack)

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

tests_on_docker() {
  set -a
  . dist/images/env
  set +a
  # Pants must not answer for an older image's tests.
  WAYBILL_TEST_IMAGES=$(docker images --no-trunc --format '{{.Repository}} {{.ID}}' 'waybill/*' | sort | sha256sum)
  export WAYBILL_TEST_IMAGES
  # One after the other: the stack takes the whole machine.
  ./pants --tag=containers test :: && ./pants --tag=stack test ::
}

rm -rf dist/test
left_out=()
build-support/need-docker.sh || left_out=("${on_docker[@]}")
if [[ ${CI:-} == true ]] && ((${#left_out[@]})); then
  die "There is no Docker engine, and CI may leave nothing out." "See the message above."
fi

if ! ((${#left_out[@]})); then
  # Beside Pants, which at first waits for downloads: Go alone takes minutes for MinIO.
  mkdir -p dist/images
  docker/images.sh --ahead >dist/images/ahead.log 2>&1 &
fi
step "type check" ./pants --filter-address-regex="$once_per_file" check ::
step "artifacts" build-support/package.sh ::
step "tests" ./pants --tag=-containers,stack test ::
if ! ((${#left_out[@]})); then
  wait # for the images ahead; what went wrong there goes wrong here again, and is told
  step "images" docker/images.sh && with_images=yes
fi
# Tests on Docker wait more than they work: the second build takes place beside them.
mkdir -p dist/test
build-support/check-reproducible.sh >dist/test/reproducible.log 2>&1 &
reproducible=$!
[[ -z ${with_images:-} ]] || step "tests on Docker" tests_on_docker
second_build() {
  local ended=0
  wait "$reproducible" || ended=$?
  tail -n "$((ended ? 40 : 1))" dist/test/reproducible.log >&2
  return "$ended"
}
step "reproducible artifacts" second_build
step "every test ran" "$tools/tools/bin/python" build-support/test_summary.py tests dist/test/reports "${left_out[@]}"
exit "$status"
