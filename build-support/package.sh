#!/usr/bin/env bash
# package.sh TARGET...: builds artifacts into dist/, with caches in which nothing else runs. Mypy and tests leave bytecode
# beside the wheels that Pex keeps in its cache, and from there it would get into the next PEX.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
cd "$waybill_root"

./pants --named-caches-dir="$tools/package-caches" package "$@"

# Checks and tests, where they have nothing yet, begin with links to these wheels: to unpack them again takes minutes.
# Bytecode comes to lie beside the links.
packaged=$tools/package-caches/pex_root
used=${PANTS_NAMED_CACHES_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/pants/named_caches}/pex_root
mkdir -p "$used"
for part in pip_cache built_wheels installed_wheel_zips installed_wheels; do
  [[ -e $used/$part || ! -e $packaged/$part ]] && continue
  # Between two file systems there are no links, and nothing is lost without them.
  { cp -al "$packaged/$part" "$used/$part.$$" && mv -T "$used/$part.$$" "$used/$part"; } 2>/dev/null || rm -rf "$used/$part.$$"
done
