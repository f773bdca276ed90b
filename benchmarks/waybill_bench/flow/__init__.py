"""The whole way and its ends: the producer, the time to a readable row, the time after a kill, the audit."""
