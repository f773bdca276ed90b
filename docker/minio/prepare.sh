#!/usr/bin/env bash
# prepare.sh CONTEXT: the server built from its Go module.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
"$root/build-support/make-minio.sh"
ln -f "$root/.tools/minio/minio" "$1/minio" 2>/dev/null || cp "$root/.tools/minio/minio" "$1/minio"
