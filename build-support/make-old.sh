#!/usr/bin/env bash
# Makes .tools/old/dist: the programs of release 0.1.0, built by its own sources, for what only they can do: lakes that
# they wrote, and runs of both releases on one lake. Takes some minutes, once.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

commit=7c28ce882f74e911313a0f4a9f1671769b236050
programs=(producer.pex spark_app.zip waybill.pex sandbox.pex)
targets=(src/python/producer:producer src/python/spark_app:bundle src/python/ops:waybill src/python/sandbox:sandbox)
folder=$tools/old
source=$folder/source

made() {
  local program
  [[ $(cat "$folder/made-from" 2>/dev/null) == "$commit" ]] || return 1
  for program in "${programs[@]}"; do [[ -f $folder/dist/$program ]] || return 1; done
}

# lend NAME FILE...: the old tree uses what is here already, unless it is made from other FILEs there.
lend() {
  local name=$1 file
  shift
  for file; do cmp -s "$waybill_root/$file" "$source/$file" || return 0; done
  [[ ! -d $tools/$name ]] || ln -s "$tools/$name" "$source/.tools/$name"
}

make_old() {
  made && return
  git -C "$waybill_root" cat-file -e "$commit^{commit}" 2>/dev/null ||
    die "Commit $commit, release 0.1.0, is not in this clone." "Fetch it: 'git fetch --unshallow', or 'git fetch origin $commit'."
  rm -rf "$folder"
  mkdir -p "$source/.tools" "$folder/dist"
  git -C "$waybill_root" archive "$commit" | tar -x -C "$source"
  lend pants 3rdparty/python/pants.lock
  lend pex 3rdparty/python/pex.lock build-support/make-pex.sh
  lend pex-builder 3rdparty/python/pex.lock
  lend package-caches # content-addressed: what both releases need is unpacked once
  say "building the programs of 0.1.0 in .tools/old"
  (
    cd "$source"
    unset waybill_root
    PANTS_PANTSD=false build-support/package.sh "${targets[@]}"
  )
  (cd "$source/dist" && mv -- "${programs[@]}" "$folder/dist/")
  echo "$commit" >"$folder/made-from"
}

made && exit
with_lock old make_old
