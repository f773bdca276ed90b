"""A real Spark standalone cluster: a master and workers, whose executors are their children."""
