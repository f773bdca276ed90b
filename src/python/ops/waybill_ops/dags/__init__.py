"""Publishing the DAGs in versions. ``waybill_airflow.layout`` says how they lie; Airflow reads them from there."""
