"""Real parts for demo, tests and benchmarks: Kafka, an S3 server and a simulator of the API, on loopback only."""
