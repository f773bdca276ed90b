"""The API: what is asked of it, how often, and whether a reply answers that."""
