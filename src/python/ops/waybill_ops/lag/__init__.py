"""How far delivery is behind, and how near to losing data: ``judge`` is pure, ``measure`` and ``oldest`` ask Kafka."""
