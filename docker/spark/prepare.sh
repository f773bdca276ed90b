#!/usr/bin/env bash
# prepare.sh CONTEXT: Spark out of .tools/spark, the bundle out of dist/, the bundle's jars.
set -euo pipefail
. build-support/common.sh

spark=$tools/spark/lib/python3.11/site-packages/pyspark
manifest=3rdparty/jvm/spark_kafka.json

mkdir -p "$1/spark/python" "$1/waybill"
cp -al "$spark"/{bin,jars,licenses} "$1/spark"
cp -al "$spark/python/lib" "$1/spark/python" # pyspark's sources as a zip, which spark-submit puts on the PYTHONPATH
rm -f "$1"/spark/bin/*.cmd "$1/spark/bin/docker-image-tool.sh"

"$tools/spark/bin/python" -m zipfile -e dist/spark_app.zip "$1/waybill"
chmod 755 "$1/waybill/spark_app.pex"
cmp -s "$1/waybill/jars.json" "$manifest" ||
  die "dist/spark_app.zip was built with other jars than $manifest names." "Build it again: ./pants package src/python/spark_app:bundle"
build-support/fetch-jars.sh spark_kafka "$1/waybill/jars"
