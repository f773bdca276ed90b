"""Transactions: a page's records and its cursor, visible together or not at all."""
