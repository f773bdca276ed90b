#!/usr/bin/env bash
# Makes .tools/spark: pyspark from its hashed lock, which brings spark-submit and the Ivy that fetches jars.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

venv_ready spark spark_submit && exit
python=$(need_python311)
with_lock spark make_venv spark spark_submit "$python"
