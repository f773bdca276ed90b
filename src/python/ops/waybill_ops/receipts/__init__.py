"""What the receipts say: ``span`` (which of them), ``read``, ``summary`` (pure), ``values`` (from the objects)."""
