"""From a bundle to a spark-submit that runs: ``bundle``, ``spark``, ``command`` (pure), ``flags``, ``run``."""
