#!/usr/bin/env bash
# Makes .tools/pants (Pants from PyPI, on CPython 3.9 or 3.8).
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

pants_python() {
  find_python 3.9 || find_python 3.8 || uv_python
}

# uv's own build of CPython, for machines that have none of the two.
uv_python() {
  say "no CPython 3.9 or 3.8 here: asking uv for one"
  make_venv tools tools "$(need_python311)"
  UV_PYTHON_INSTALL_DIR=$tools/python "$tools/tools/bin/uv" python install --quiet 3.9 >&2 &&
    UV_PYTHON_INSTALL_DIR=$tools/python "$tools/tools/bin/uv" python find --managed-python 3.9 && return
  die "Pants 2.17.1 runs on CPython 3.9 or 3.8, none is on the PATH or in pyenv, and uv could not fetch one." \
    "Get one: 'pyenv install 3.9', 'uv python install 3.9', or put a 'pants' launcher (scie-pants) on the PATH."
}

python=$(pants_python)
with_lock pants make_venv pants pants "$python"
