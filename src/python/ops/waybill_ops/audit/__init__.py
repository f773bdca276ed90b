"""The audit, in the order in which it looks:

``ledger_files``  reading manifests and receipts     ``entries``  what they say
``chain``         pure: do they follow each other    ``commit``   pure: does one commit add up
``objects``       reading and hashing what is stored ``names``    what an object's name promises
``kafka_log``     reading the topic, read_committed  ``redrives`` which dead letters have a successor
``compare``       SQL: lake against topic            ``findings`` what can be wrong
``run``           the order; ``report`` the result

It takes nothing from the ledger, lake or Spark packages: a mistake in those must not be able to hide itself.
"""
