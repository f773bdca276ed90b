#!/usr/bin/env bash
# Makes .tools/tools: ruff and uv.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

venv_ready tools tools && exit
python=$(need_python311)
with_lock tools make_venv tools tools "$python"
