#!/usr/bin/env bash
# Builds our images, or those that are named, from dist/ and .tools/: docker/images.sh [NAME...]
# docker/images.sh --ahead builds those that need nothing of Pants.
# Nothing is downloaded inside a build but Debian's packages. dist/images/env says afterwards which images to run.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/../build-support/common.sh"
cd "$waybill_root"

everything=(waybill access simulator spark airflow kafka connect registry postgres minio)
version=$(sed -n 's/^VERSION = "\([^"]*\)".*/\1/p' build-support/macros.build)
upstream_minio=quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z@sha256:14cea493d9a34af32f524e538b8346cf79f3321eff8e708c1e2960462bd8936e
contexts=dist/images

# The images that another one is made from.
declare -A parents=([airflow]="waybill spark")
# What Pants makes for them: file=target.
declare -A artifacts=(
  [waybill]="waybill.pex=src/python/ops:waybill producer.pex=src/python/producer:producer"
  [access]=access.pex=src/python/stack_access:access
  [simulator]=simulator.pex=docker/python:simulator
  [spark]=spark_app.zip=src/python/spark_app:bundle
  [airflow]="airflow.pex=docker/airflow:airflow airflow_dags.zip=src/python/dags:airflow_dags"
)

there() { docker image inspect "$1" >/dev/null 2>&1; }

# with_parents NAME...: each after those it is made from, and once.
with_parents() {
  local name
  for name in "$@"; do
    printf '%s\n' ${parents[$name]:-} "$name"
  done | awk '!seen[$0]++'
}

# MinIO's image is its makers': ours only stands in where theirs can't be had.
minio_can_be_had() {
  [[ -n ${WAYBILL_MINIO_IMAGE:-} ]] || there "$upstream_minio" ||
    { ! there "waybill/minio:$version" && timeout 60 docker pull --quiet "$upstream_minio" >/dev/null 2>&1; }
}

minio_image() {
  if [[ -n ${WAYBILL_MINIO_IMAGE:-} ]]; then
    echo "$WAYBILL_MINIO_IMAGE"
  elif there "waybill/minio:$version" && ! there "$upstream_minio"; then
    echo "waybill/minio:$version"
  else
    echo "$upstream_minio"
  fi
}

package_missing() {
  local name pair targets=()
  for name in "$@"; do
    for pair in ${artifacts[$name]:-}; do
      [[ -f dist/${pair%%=*} ]] || targets+=("${pair#*=}")
    done
  done
  ((${#targets[@]} == 0)) || PANTS_PANTSD=false build-support/package.sh "${targets[@]}"
}

# fill NAME: its build context, made anew.
fill() {
  local context=$contexts/$1 source=docker/$1
  rm -rf "$context"
  mkdir -p "$context"
  case $1 in
  access | simulator)
    source=docker/python
    set -- "$1" "${artifacts[$1]%%=*}"
    ;;
  esac
  cp -R "$source/." "$context"
  rm -f "$context/prepare.sh" "$context/BUILD"
  "$source/prepare.sh" "$context" "${@:2}"
}

build() {
  local name=$1 tag=waybill/$1:$version log=$contexts/$1.log began=$SECONDS options=()
  grep -q " AS $name\$" "$contexts/$name/Dockerfile" && options+=(--target "$name" --build-arg "PROGRAM=$name")
  if ! docker build --tag "$tag" --build-arg "VERSION=$version" "${options[@]}" "$contexts/$name" >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    die "$tag could not be built." "The whole log is $log."
  fi
  rm -rf "${contexts:?}/$name"
  printf '%-22s %8s %6s\n' "$tag" "$(docker image inspect --format '{{.Size}}' "$tag" | numfmt --to=si)B" \
    "$((SECONDS - began)) s"
}

build_all() {
  local name
  build-support/make-base-image.sh
  package_missing "$@"
  for name in "$@"; do
    fill "$name"
    build "$name"
  done
  printf 'WAYBILL_VERSION=%s\nWAYBILL_MINIO_IMAGE=%s\n' "$version" "$(minio_image)" >"$contexts/env"
}

# all_needed [--ahead]: every image, or those that Pants makes nothing for; MinIO's where its makers' can't be had.
all_needed() {
  local name
  for name in "${everything[@]}"; do
    [[ ${1:-} == --ahead && -n ${artifacts[$name]:-} ]] || [[ $name == minio ]] || echo "$name"
  done
  minio_can_be_had || echo minio
}

build-support/need-docker.sh
if (($# == 0)) || [[ $1 == --ahead ]]; then
  mapfile -t names < <(all_needed "$@")
  set -- "${names[@]}"
fi
for name in "$@"; do
  [[ " ${everything[*]} " == *" $name "* ]] || die "There is no image called $name." "One of: ${everything[*]}."
done
build-support/need-java.sh
build-support/make-spark.sh
mkdir -p "$contexts"
mapfile -t names < <(with_parents "$@")
with_lock images build_all "${names[@]}"
