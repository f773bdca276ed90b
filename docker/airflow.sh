#!/bin/bash
# airflow.sh COMMAND...: any Airflow command in the running stack, such as `dags list` or `dags unpause name_stream_dag`.
set -euo pipefail
exec "$(dirname -- "${BASH_SOURCE[0]}")/stack.sh" exec airflow_scheduler airflow "$@"
