"""Contracts as documents: the document's language, the judge that it makes, and what may change between versions.

``document`` reads and checks a document, ``types`` makes a check of each described value, ``judging`` says row, dead or
skipped of a record, ``evolution`` compares two documents. All four need the standard library alone: a verdict never
moves with a library's release. ``columns`` stores judged rows, with pyarrow; ``exports`` writes a document for other
tools.
"""
