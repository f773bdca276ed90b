#!/usr/bin/env bash
# prepare.sh CONTEXT: the jars of the runtime, and those of Iceberg's sink, which have a class loader of their own.
set -euo pipefail
fetch=$(dirname -- "${BASH_SOURCE[0]}")/../../build-support/fetch-jars.sh
"$fetch" connect "$1/jars"
"$fetch" iceberg "$1/plugins/iceberg"
