"""Where a lake lies and how it is reached, resolved once in each process: every client is built from the result.

The writer's client is obstore, the auditor's pyarrow. Neither reads a URL, a variable or a profile for itself.
``url`` is read by the settings too, so this file imports nothing.
"""
