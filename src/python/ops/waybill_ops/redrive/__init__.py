"""Sending dead letters back through the topic, each at most once; read in this order:

``redrive_status``  what is recorded of a dead letter: redriven or waived
``patch``           the operator's function ``mend``
``patching``        pure: what is to be done with one dead letter
``change``          what one transaction may hold, and how changes are cut into transactions
``redrive_session`` a producer that has the stream's redrives to itself, and the statuses as it found them
``sending``         the loop: change by change, until nothing is left to do

A change and its status are committed in one Kafka transaction, and every decision rests on statuses that were read
after older redrives were fenced. So a dead letter is sent at most once, however often a redrive is killed or run twice.
"""
