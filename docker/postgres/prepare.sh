#!/usr/bin/env bash
# prepare.sh CONTEXT: nothing but Debian's packages is needed.
set -euo pipefail
