#!/usr/bin/env bash
# package.sh TARGET...: builds artifacts into dist/, with caches in which nothing else runs. Mypy and tests leave bytecode
# beside the wheels that Pex keeps in its cache, and from there it would get into the next PEX. Then it puts into each, or
# beside it, the licences of what lies in it, and beside it the list of that.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
cd "$waybill_root"

began=$(mktemp)
trap 'rm -f "$began"' EXIT
./pants --named-caches-dir="$tools/package-caches" package "$@"

with_lock sbom make_venv sbom sbom "$(need_python311)"
# Those that Pants has just written: what lies there from other sources is not held against the locks of these.
mapfile -t built < <(find "${PANTS_DISTDIR:-dist}" -maxdepth 1 -newer "$began" \( -name '*.pex' -o -name '*.whl' -o -name '*.zip' \))
PYTHONPATH=$waybill_root/build-support PYTHONDONTWRITEBYTECODE=1 with_lock supply \
  "$tools/sbom/bin/python" -m waybill_supply.artifacts "$waybill_root" "${built[@]}"

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
