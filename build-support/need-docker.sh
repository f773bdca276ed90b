#!/usr/bin/env bash
# Ends quietly when a Docker engine and Compose are there. With CI=true, as root on Debian, it installs them and starts the
# engine. Otherwise it says in one line what that leaves out, and ends with 3.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

log=$tools/docker/dockerd.log

engine_answers() { command -v docker >/dev/null && timeout 20 docker info >/dev/null 2>&1; }
compose_there() { docker compose version >/dev/null 2>&1 || command -v docker-compose >/dev/null; }
may_install() { [[ ${CI:-} == true ]] && can_apt; }

leave_out() {
  say "no containers: $1, so 'make images', 'make up' and the container tests are left out;" \
    "get Docker with Compose and start its engine (Debian: 'apt-get install docker.io docker-compose'), or run as root" \
    "on Debian with CI=true."
  exit 3
}

await_engine() {
  local waited
  for ((waited = 0; waited < $1; waited++)); do
    engine_answers && return
    sleep 1
  done
  return 1
}

# Its ports are for this machine only. setsid: it outlives this script, and a Ctrl-C here does not reach it.
start_engine() {
  mkdir -p "$tools/docker"
  say "starting dockerd, which writes to ${log#"$waybill_root"/}"
  setsid nohup dockerd --ip 127.0.0.1 >"$log" 2>&1 </dev/null &
  await_engine 60 || {
    tail -n 20 "$log" >&2
    return 1
  }
}

bring_engine() {
  # The client alone may be there. Installing the package starts the engine where a service manager runs.
  if ! command -v dockerd >/dev/null || ! command -v iptables >/dev/null; then
    apt_install docker.io iptables || return 1
    await_engine 5 && return
  fi
  start_engine
}

if ! engine_answers; then
  if [[ -n ${DOCKER_HOST:-} ]]; then
    leave_out "nothing answers at DOCKER_HOST=$DOCKER_HOST"
  fi
  may_install || leave_out "no Docker engine answers"
  with_lock docker bring_engine || leave_out "the Docker engine could not be installed and started (see above)"
fi
if ! compose_there; then
  may_install || leave_out "Docker has no Compose"
  apt_install docker-compose || leave_out "Compose could not be installed (see above)"
fi
