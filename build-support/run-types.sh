#!/usr/bin/env bash
# Every cell of the value table, and rows of three versions of a contract, through every reader that docs/contracts.md names. The
# readers are in .tools/types, Spark in .tools/spark: no build and no artifact has them.
#
# usage: build-support/run-types.sh [PYTEST ARGUMENTS]   such as -k polars
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
cd "$waybill_root"

python=$(need_python311)
with_lock types make_venv types types "$python"
export WAYBILL_TEST_SPARK_HOME=$tools/spark/lib/python3.11/site-packages/pyspark
# They warn of what is theirs.
exec "$tools/types/bin/python" -m pytest -p no:cacheprovider -W default tests/readers "$@"
