#!/usr/bin/env bash
# Writes dist/images/NAME.cdx.json for each of our images that the engine has, or for those that are named: what lies in
# it, by dpkg's list, Python's metadata and the jars. docker/sbom.sh [NAME...]
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/../build-support/common.sh"
cd "$waybill_root"

version=$(sed -n 's/^VERSION = "\([^"]*\)".*/\1/p' build-support/macros.build)
build-support/need-docker.sh
with_lock sbom make_venv sbom sbom "$(need_python311)"
export PYTHONPATH=$waybill_root/build-support PYTHONDONTWRITEBYTECODE=1
mkdir -p dist/images

(($#)) || mapfile -t names < <(docker image ls --format '{{.Repository}} {{.Tag}}' | sed -n "s|^waybill/\([a-z]*\) $version\$|\1|p" | sort)
(($#)) && names=("$@")
((${#names[@]})) || die "There is no image of version $version." "Build them: make images"
for name in "${names[@]}"; do
  image=waybill/$name:$version
  id=$(docker image inspect --format '{{.Id}}' "$image")
  container=$(docker create "$image")
  trap 'docker rm "$container" >/dev/null' EXIT
  docker export "$container" | "$tools/sbom/bin/python" -m waybill_supply.image "$waybill_root" "$image" "${id#sha256:}" "dist/images/$name.cdx.json"
  docker rm "$container" >/dev/null
  trap - EXIT
done
