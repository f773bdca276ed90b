"""The console: a web page about the brokers, the topics and the lake, each page rendered here.

``command``   flags, settings, the start      ``serving``   the server: port, signals, the end
``app``       routes and what lies around     ``security``  who may ask, and what a reply may do
``pages``     one module for each page        ``views``     templates, and what they may call
``asking``    questions to Kafka and the lake: in threads, bounded, remembered
``cluster``   what the brokers say            ``messages``  records, read and shown
``stream``    what the ledger says, objects, the audit
"""

from __future__ import annotations
