#!/usr/bin/env bash
# prepare.sh CONTEXT: Airflow's PEX and the DAG bundle.
set -euo pipefail
cp -l dist/airflow.pex dist/airflow_dags.zip "$1"
