#!/usr/bin/env bash
# Writes every lock of 3rdparty/python anew from its requirements, and every jar manifest of 3rdparty/jvm from its roots.
# Pins stay where they still satisfy the requirements; UPGRADE=1 takes the newest instead.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
cd "$locks"

# lock NAME PYTHON REQUIREMENTS...: no index address, no comment and no path gets into a lock.
lock() {
  local name=$1 python=$2
  shift 2
  say "locking $name"
  "$tools/tools/bin/uv" pip compile --quiet --no-config --no-header --no-annotate --generate-hashes ${UPGRADE:+--upgrade} \
    --python-version "$python" --output-file "$name.lock" "$@"
}

"$waybill_root/build-support/make-tools.sh"
lock pytest 3.11 pytest.txt
# What is tested and type-checked, in this resolve, is what the artifacts get: their locks take its pins.
# pyspark-client is pyspark's Python without 450 MB of jars, unpacked and packed again for every step of a build; what runs
# on Spark has the pyspark of its Spark.
lock spark 3.11 access.txt bench.txt browser.txt common.txt console.txt producer.txt sandbox.txt sbom.txt spark.txt spark_client.txt status.txt tables.txt tests.txt containers.txt \
  --no-emit-package pyspark --constraint pytest.lock
lock producer 3.11 common.txt producer.txt status.txt --constraint spark.lock
lock ops 3.11 common.txt console.txt status.txt tables.txt --constraint spark.lock
lock sandbox 3.11 access.txt bench.txt common.txt sandbox.txt tables.txt --constraint spark.lock
lock airflow 3.11 airflow.txt tests.txt --constraint pytest.lock
lock mypy 3.11 mypy.txt --constraint spark.lock
lock stubs 3.11 stubs.txt
# What people read rows with, at its newest: 'make types' alone has it.
lock types 3.11 common.txt types.txt
lock setuptools 3.11 setuptools.txt
lock tools 3.11 tools.txt
lock sbom 3.11 sbom.txt --constraint spark.lock
lock audit 3.11 audit.txt --constraint sbom.lock
lock spark_submit 3.11 spark_submit.txt --constraint spark.lock
lock pants 3.8 pants.txt
lock pex 3.11 pex.txt
lock go 3.11 go.txt

say "listing the files that the artifacts' locks admit"
listing=$(mktemp -d)
trap 'rm -rf "$listing"' EXIT
# list_files NAME LABEL [FLAG…]: those of a lock that this machine could take, or with --python-platform another one.
list_files() {
  local name=$1 label=$2
  shift 2
  "$tools/tools/bin/uv" pip compile --quiet --no-config --no-header --no-annotate --no-deps --python-version 3.11 "$@" \
    --format pylock.toml --output-file "$listing/pylock.$name-$label.toml" "$name.lock"
}
for name in airflow ops pex producer sandbox spark; do
  list_files "$name" here
done
# What lies in PEXes and wheels: a test asks that an arm64 machine gets a wheel of each of them.
for name in ops producer sandbox spark; do
  list_files "$name" arm64 --python-platform aarch64-unknown-linux-gnu
done
"$tools/tools/bin/python" "$waybill_root/build-support/waybill_supply/file_pins.py" "$listing"/*.toml >"$listing/files"
mv "$listing/files" files.sha256

"$waybill_root/build-support/need-java.sh"
"$waybill_root/build-support/make-spark.sh"
spark_jars=$tools/spark/lib/python3.11/site-packages/pyspark/jars
"$tools/spark/bin/python" "$waybill_root/build-support/jvm_manifest.py" "$spark_jars" "$waybill_root"/3rdparty/jvm/*.json
