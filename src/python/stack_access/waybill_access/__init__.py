"""Who may do what in the stack of containers: its users, with their rights on the brokers and in the buckets. And which
schemas its registry has of others' streams."""
