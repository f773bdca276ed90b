# Sourced by ./pants and by the other scripts here: messages, locks between processes, Pythons and tool environments.
# shellcheck shell=bash

waybill_root=${waybill_root:-$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)}
tools=$waybill_root/.tools
locks=$waybill_root/3rdparty/python

say() { printf 'waybill: %s\n' "$*" >&2; }

# die WHAT REMEDY
die() {
  printf 'waybill: %s\n         %s\n' "$1" "$2" >&2
  exit 1
}

# with_lock NAME COMMAND...: one process at a time; a lock whose owner is gone is taken over.
with_lock() {
  local lock=$tools/.$1.lock owner waited=0
  shift
  mkdir -p "$tools"
  until mkdir "$lock" 2>/dev/null; do
    owner=$(cat "$lock/pid" 2>/dev/null || true)
    if [[ -n $owner ]] && ! kill -0 "$owner" 2>/dev/null; then
      rm -rf "$lock"
      continue
    fi
    ((waited++ < 600)) || die "$lock is still held after 10 minutes" "If nothing builds there, remove that folder."
    sleep 1
  done
  echo $$ >"$lock/pid"
  # No `||` here: it would have COMMAND go on after a failed step, as one behind `with_lock` does.
  (
    trap 'rm -rf "$lock"' EXIT
    "$@"
  )
}

can_apt() { [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null && [[ -f /etc/debian_version ]]; }

# apt_install PACKAGE...: quietly, and only the packages named. apt-get itself does not wait for another one.
apt_install() {
  say "installing $* with apt-get"
  with_lock apt apt_get_install "$@"
}

apt_get_install() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >&2 && apt-get install -qq -y --no-install-recommends "$@" >&2
}

# python_works PATH VERSION: a CPython of that version that can make virtual environments.
python_works() {
  "$1" -c "import sys, ensurepip, venv; sys.exit('%d.%d' % sys.version_info[:2] != '$2' or sys.implementation.name != 'cpython')" \
    >/dev/null 2>&1
}

# find_python VERSION: prints the path of a CPython of that version from the PATH or from pyenv; fails when there is none.
find_python() {
  local candidate
  for candidate in $(type -aP "python$1" python3) "${PYENV_ROOT:-$HOME/.pyenv}/versions/$1".*/bin/"python$1"; do
    if python_works "$candidate" "$1"; then
      echo "$candidate"
      return
    fi
  done
  return 1
}

# need_python311: prints the path of a CPython 3.11; on Debian as root it installs one.
need_python311() {
  find_python 3.11 && return
  if can_apt && apt_install python3.11 python3.11-venv; then
    find_python 3.11 && return
  fi
  die "There is no CPython 3.11 with venv and ensurepip on the PATH or in pyenv." \
    "Get one: 'apt-get install python3.11 python3.11-venv' on Debian 12, 'uv python install 3.11' or 'pyenv install 3.11' elsewhere."
}

# venv_ready NAME LOCK: whether .tools/NAME was made from this very lock.
venv_ready() { cmp -s "$locks/$2.lock" "$tools/$1/made-from.lock"; }

# make_venv NAME LOCK PYTHON: .tools/NAME with exactly the lock's packages, each checked against its hash.
make_venv() {
  venv_ready "$1" "$2" && return
  local folder=$tools/$1
  say "making .tools/$1 from 3rdparty/python/$2.lock"
  rm -rf "$folder"
  "$3" -m venv "$folder"
  env -u PIP_CONSTRAINT PIP_DISABLE_PIP_VERSION_CHECK=1 "$folder/bin/python" -m pip install --quiet --no-deps \
    --require-hashes -r "$locks/$2.lock" >&2 ||
    die "pip could not install 3rdparty/python/$2.lock." "See pip's message above; behind a proxy set PIP_INDEX_URL and PIP_CERT."
  cp "$locks/$2.lock" "$folder/made-from.lock"
}

# pex_ready VERSION: whether the Pex CLI is there and no older than what it is made from.
pex_ready() {
  local known=$tools/pex/$1/known
  [[ $known -nt $waybill_root/build-support/make-pex.sh && $known -nt $locks/pex.lock ]]
}
