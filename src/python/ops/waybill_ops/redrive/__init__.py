"""Sending dead letters back through the topic, each at most once; read in this order:

``fate``     what is recorded of a letter: redriven or waived
``patch``    the operator's function that mends an event
``consider`` pure: what is to be done with one letter
``change``   what one transaction may hold, and how changes are cut into transactions
``session``  a producer that has the stream's redrives to itself, and the fates as it found them
``carry``    the loop: change by change, until nothing is left to do

A change and its fate are committed in one Kafka transaction, and nobody decides on fates that were read before older
redrives were fenced. So a letter is sent at most once, however often and whenever a redrive is killed or doubled.
"""
