"""The driver: Spark plans, tasks carry."""
