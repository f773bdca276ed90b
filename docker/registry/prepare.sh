#!/usr/bin/env bash
# prepare.sh CONTEXT: Apicurio's distribution, unpacked.
set -euo pipefail
download=$1/download
"$(dirname -- "${BASH_SOURCE[0]}")/../../build-support/fetch-jars.sh" registry "$download"
mkdir "$1/registry"
tar -xzf "$download"/*.tar.gz -C "$1/registry"
rm -r "$download"
