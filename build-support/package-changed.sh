#!/usr/bin/env bash
# package-changed.sh TARGET...: as package.sh, but builds nothing where dist/ has what it made of these targets the last
# time, byte for byte, and nothing has changed since of what a build depends on: the files that Git knows or would add,
# and what the environment says to Pants. Where this folder is no work tree of its own, it always builds.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
cd "$waybill_root"

dist=${PANTS_DISTDIR:-dist}

# Names, modes and bytes; of a file that is gone, that it is gone.
sources() {
  [[ $(git rev-parse --show-toplevel 2>/dev/null) == "$waybill_root" ]] || return 1
  {
    env | grep '^PANTS_' | sort || true
    git ls-files -z --cached --others --exclude-standard | sort -zu |
      { xargs -0 sh -c 'stat --format "%A %N" -- "$@"; sha256sum -- "$@"' sh 2>&1 || true; }
  } | sha256sum
}

made=$tools/packaged/$(printf '%s\n' "$dist" "$@" | sha256sum | cut -c1-16)
before=$(sources || true)
if [[ -n $before && -f $made && $(head -1 "$made") == "$before" ]] && tail -n +2 "$made" | sha256sum --check --status 2>/dev/null; then
  say "$dist/ has what these sources make: nothing to build"
  exit
fi

rm -f "$made"
began=$(mktemp)
trap 'rm -f "$began"' EXIT
build-support/package.sh "$@"
[[ -n $before && $(sources) == "$before" ]] || exit 0 # edited meanwhile
mkdir -p "$tools/packaged"
{
  echo "$before"
  find "$dist" -maxdepth 1 -type f -newer "$began" -print0 | sort -z | xargs -0 sha256sum --
} >"$made.$$"
mv "$made.$$" "$made"
