"""The schema registry: the contract goes there once a run, and an id comes back that frames the run's events."""
