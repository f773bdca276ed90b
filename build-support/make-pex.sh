#!/usr/bin/env bash
# Builds the Pex CLI that Pants runs from PyPI, and notes its hash and size beside it in the form Pants wants them.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

build() {
  local version=$1 python=$2 folder=$tools/pex/$1 work=$tools/pex/.new.$$
  pex_ready "$version" && return
  make_venv pex-builder pex "$python"
  mkdir -p "$work"
  say "building the Pex CLI $version"
  # Without --no-strip-pex-env the CLI would forget the PEX_ROOT that Pants gives it and share ~/.pex with every PEX
  # that the user runs: their __pycache__ folders then get into the next build.
  env -u PIP_CONSTRAINT PEX_ROOT="$work/root" "$tools/pex-builder/bin/pex" -r "$locks/pex.lock" -c pex \
    --no-strip-pex-env --python-shebang '/usr/bin/env python3' -o "$work/pex" >&2 ||
    die "The Pex CLI could not be built from 3rdparty/python/pex.lock." "See its message above."
  rm -rf "$work/root"
  "$python" -c 'import hashlib, pathlib, platform, sys
data = pathlib.Path(sys.argv[2]).read_bytes()
system = "macos" if sys.platform == "darwin" else "linux"
machine = "x86_64" if platform.machine() == "x86_64" else "arm64"
print("[\"%s|%s_%s|%s|%d\"]" % (sys.argv[1], system, machine, hashlib.sha256(data).hexdigest(), len(data)))' \
    "$version" "$work/pex" >"$work/known"
  rm -rf "$folder"
  mv "$work" "$folder"
}

python=$(need_python311)
with_lock pex build "$1" "$python"
