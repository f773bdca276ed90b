#!/usr/bin/env bash
# prepare.sh CONTEXT: the jars of broker, controller and tools.
set -euo pipefail
"$(dirname -- "${BASH_SOURCE[0]}")/../../build-support/fetch-jars.sh" kafka "$1/jars"
