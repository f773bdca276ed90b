"""DAGs in versions: where they lie, and the bundle through which Airflow reads them.

Imports nothing of Waybill's other packages. Airflow puts a bundle's folder *after* what is installed, so a module that
is installed beside Airflow would stand in for the one that a run's own version carries.
"""
