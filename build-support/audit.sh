#!/usr/bin/env bash
# Asks OSV's database about every lock and jar manifest; see waybill_supply/audit.py for how it ends.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

python=$(need_python311)
with_lock audit make_venv audit audit "$python"
# pip-audit knows the database's address.
url=$("$tools/audit/bin/python" -c 'from pip_audit._service import OsvService; print(OsvService.DEFAULT_OSV_URL)')
PYTHONPATH=$waybill_root/build-support PYTHONDONTWRITEBYTECODE=1 \
  exec "$tools/audit/bin/python" -m waybill_supply.audit "$waybill_root" "$url"
