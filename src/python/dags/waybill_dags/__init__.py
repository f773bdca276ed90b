"""What the DAG files share. Parsing a DAG imports Airflow, this package and the table of exit codes, nothing more."""
