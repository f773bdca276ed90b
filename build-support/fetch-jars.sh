#!/usr/bin/env bash
# fetch-jars.sh NAME FOLDER: FOLDER anew, with the checked files of 3rdparty/jvm/NAME.json as hard links.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

"$waybill_root/build-support/need-java.sh"
"$waybill_root/build-support/make-spark.sh"
with_lock jars "$tools/spark/bin/python" "$waybill_root/build-support/fetch_jars.py" \
  "$tools/spark/lib/python3.11/site-packages/pyspark/jars" "$tools/jars" "$waybill_root/3rdparty/jvm/$1.json" "$2"
