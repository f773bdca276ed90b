#!/usr/bin/env bash
# Ends quietly when a Chromium is there. With CI=true, as root on Debian, it installs one. Otherwise it says in one line what
# that leaves out, and ends with 3. None is ever downloaded from elsewhere.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

there() { command -v chromium >/dev/null; }

there && exit
if [[ ${CI:-} == true ]] && can_apt; then
  apt_install chromium && there && exit
fi
say "no browser: there is no chromium on the PATH, so the tests in a browser are left out; get one (Debian:" \
  "'apt-get install --no-install-recommends chromium'), or run as root on Debian with CI=true."
exit 3
