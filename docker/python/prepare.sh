#!/usr/bin/env bash
# prepare.sh CONTEXT PROGRAM: the program's PEX, and the Pex CLI that unpacks it.
set -euo pipefail
cp -l "dist/$2" "$1/app.pex"
cp -l .tools/pex/*/pex "$1/pex"
