#!/bin/bash
# The stack of compose.yaml, with Compose v2 or 1.29. The environment wins over docker/.env.
#   stack.sh up                     start it, and wait until every service is healthy (WAIT_SECONDS, by default 300)
#   stack.sh down                   remove its containers, networks, volumes and secrets: all its data is gone
#   stack.sh ps                     list its containers
#   stack.sh logs [SERVICE]        
#   stack.sh exec SERVICE COMMAND   run a command in a running service
#   stack.sh waybill VERB           run Waybill's own tool on the stack, such as `verify`
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
# shellcheck source=../build-support/common.sh
. ../build-support/common.sh
# shellcheck source=secrets.sh
. ./secrets.sh

every_profile=core,orchestration,registry,connect,ui

# load_defaults FILE: its variables, where the environment has none.
load_defaults() {
  local name value
  [[ -f $1 ]] || return 0
  while IFS='=' read -r name value; do
    [[ $name == [A-Z]* ]] && export "$name=${!name:-$value}"
  done <"$1"
}

find_compose() {
  command -v docker >/dev/null || die "There is no docker on the PATH." "Install Docker; on Debian: apt-get install docker.io."
  docker version >/dev/null 2>&1 || die "No Docker engine answers." "Start it, or set DOCKER_HOST; see 'docker version'."
  if docker compose version >/dev/null 2>&1; then
    compose=(docker compose)
  elif command -v docker-compose >/dev/null; then
    compose=(docker-compose)
  else
    die "Docker has no Compose here." "Install Compose v2, or on Debian: apt-get install docker-compose."
  fi
}

need_images() {
  local image
  for image in $(sed -n 's,.*image: \(waybill/[a-z]*\):.*,\1,p' compose.yaml | sort -u); do
    docker image inspect "$image:$WAYBILL_VERSION" >/dev/null 2>&1 ||
      die "There is no image $image:$WAYBILL_VERSION." "Build the images first: make images."
  done
}

# containers FORMAT [FILTER]...: of this stack, without those of `run`.
containers() {
  local format=$1 filters=()
  shift
  for filter in "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME" label=com.docker.compose.oneoff=False "$@"; do
    filters+=(--filter "$filter")
  done
  docker ps --all "${filters[@]}" --format "$format"
}

# states: a line for each service, its name and one word.
states() {
  containers '{{.Label "com.docker.compose.service"}}|{{.Status}}' | sort | while IFS='|' read -r service status; do
    case $status in
      *'(healthy)') echo "$service healthy" ;;
      *'(health: starting)') echo "$service starting" ;;
      'Exited (0)'*) echo "$service done" ;;
      'Exited '*) echo "$service failed" ;;
      Restarting*) echo "$service restarting" ;;
      *'(unhealthy)') echo "$service unhealthy" ;;
      Created*) echo "$service waiting" ;;
      *) echo "$service running" ;;
    esac
  done
}

# await PID: until that `up` has ended and every service is healthy or done. A line for each change.
await() {
  local running=yes limit=${WAIT_SECONDS:-300} now line service state
  declare -A known=()
  SECONDS=0
  while ((SECONDS < limit)); do
    kill -0 "$1" 2>/dev/null || running=
    mapfile -t now < <(states)
    for line in "${now[@]}"; do
      read -r service state <<<"$line"
      [[ ${known[$service]:-} == "$state" ]] && continue
      known[$service]=$state
      printf '%4d s  %-22s %s\n' "$SECONDS" "$service" "$state" >&2
    done
    if [[ -z $running ]]; then
      wait "$1" || return 1
      [[ " ${known[*]} " == *' failed '* ]] && return 1
      [[ " ${known[*]} " =~ \ (waiting|starting|unhealthy|restarting|running)\  ]] || return 0
    fi
    sleep 2
  done
  return 1
}

up() {
  local first=
  need_images
  [[ -d $WAYBILL_SECRETS ]] || first=yes
  make_secrets "$WAYBILL_SECRETS"
  WAYBILL_SECRETS=$(cd -- "$WAYBILL_SECRETS" && pwd) # as it is shown: the reader stands in another folder
  [[ -z $first ]] || show_logins "$WAYBILL_SECRETS"
  said=$(mktemp)
  "${compose[@]}" up -d >"$said" 2>&1 &
  starting=$!
  trap 'kill "$starting" 2>/dev/null || true; rm -f "$said"' EXIT
  if ! await "$starting"; then
    tail -n 20 "$said" >&2
    states | grep -Ev ' (healthy|done|waiting)$' | while read -r service _; do
      say "the last lines of $service:"
      "${compose[@]}" logs --no-color --tail=30 "$service" >&2
    done
    die "The stack is not healthy after $SECONDS s." "See above; 'make logs' has more, 'make down' removes it."
  fi
  say "every service is healthy after $SECONDS s"
  addresses
}

# address SERVICE PORT PREFIX NOTE: where a port of a service can be reached, if the service runs.
address() {
  local id
  id=$(containers '{{.ID}}' "label=com.docker.compose.service=$1" status=running)
  [[ -z $id ]] || printf '  %-22s %-34s %s\n' "$1" "$3$(docker port "$id" "$2/tcp")" "$4"
}

addresses() {
  local n
  for n in 1 2 3; do address "kafka_broker_$n" 19092 '' "Kafka; user operator, password: $WAYBILL_SECRETS/kafka_operator.json"; done
  address minio 9000 http:// "S3, path-style; user operator, password: $WAYBILL_SECRETS/s3_operator"
  address minio 9001 http:// "MinIO's console"
  address simulator 8080 http:// "the API's stand-in"
  address spark_master 8080 http:// "Spark's master"
  address airflow_webserver 8080 http:// "Airflow; user and password: $WAYBILL_SECRETS/airflow_passwords"
  address kafka_schema_registry 8080 http:// "the registry; its API is below /apis/ccompat/v7"
  address kafka_connect 8083 http:// "Connect's REST; user and password: $WAYBILL_SECRETS/connect_users"
  address kafka_ui "${WAYBILL_PORT_KAFKA_UI:-8888}" http:// "Waybill's console; its token: $WAYBILL_SECRETS/console_token"
}

list() { containers 'table {{.Label "com.docker.compose.service"}}\t{{.Status}}\t{{.Ports}}' | (sed -u 1q && sort); }

down() {
  # Compose 1.29 complains of each one that is not there.
  make_secrets "$WAYBILL_SECRETS"
  COMPOSE_PROFILES=$every_profile "${compose[@]}" down --volumes --remove-orphans
  # They open nothing but the volumes that are gone now.
  drop_secrets "$WAYBILL_SECRETS"
}

run_in() {
  local id tty=()
  id=$(containers '{{.ID}}' "label=com.docker.compose.service=$1" status=running)
  [[ -n $id ]] || die "$1 does not run." "Start the stack with 'make up'; 'make ps' shows what runs."
  [[ -t 0 && -t 1 ]] && tty=(--tty)
  exec docker exec --interactive "${tty[@]}" "$id" "${@:2}"
}

usage() { sed -n 's/^#   //p' "${BASH_SOURCE[0]##*/}" >&2; }

verb=${1:-}
shift || true
load_defaults ../dist/images/env # written by images.sh
load_defaults .env
COMPOSE_PROFILES=${PROFILES:-$COMPOSE_PROFILES}
case $verb in
  up | down | ps | logs | exec | waybill) find_compose ;;
  *) usage && exit 2 ;;
esac
case $verb in
  up | down) "$verb" ;;
  ps) list ;;
  exec) (($# > 1)) || { usage && exit 2; }; run_in "$@" ;;
  # -T: what a program prints stays apart from what it logs.
  waybill) exec "${compose[@]}" run --rm --no-deps -T waybill "$@" ;;
  logs) COMPOSE_PROFILES=$every_profile exec "${compose[@]}" logs "$@" ;;
esac
