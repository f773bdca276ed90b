"""The producer: pages of the API become events in Kafka, one transaction a page."""
