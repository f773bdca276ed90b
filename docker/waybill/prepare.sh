#!/usr/bin/env bash
# prepare.sh CONTEXT: both programs' PEXes, and the Pex CLI that unpacks them.
set -euo pipefail
cp -l dist/waybill.pex dist/producer.pex "$1"
cp -l .tools/pex/*/pex "$1/pex"
