"""Exactly once, proved on somebody's own Kafka, Spark and lake, in this order:

``plan``      pure: from the seed to transactions, faults and their moments
``scratch``   a topic and a prefix of its own, and their removal
``events``    the events: valid ones, and a known share that break the contract
``sender``    sending them in transactions, and learning what Kafka committed
``child``     the same in a process of its own
``programs``  drivers and producers as processes that can be killed, frozen and woken
``watch``     waiting for a moment, by what the drivers have stored
``cause``     each fault
``stored``    reading what arrived
``account``   pure: what was sent against what arrived
``proof``     pure: the verdict; ``show`` prints it
``run``       the order of all this
"""
