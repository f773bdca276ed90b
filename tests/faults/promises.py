"""What the cells are to prove. ``docs/guarantees.md`` has a row for each. Standard library only."""

from __future__ import annotations

from enum import StrEnum


class Promise(StrEnum):
    """In the order of the page: from the API to the lake."""

    PAGES = "From the API into Kafka no page is lost, doubled or seen in part, whenever a producer is killed."
    PAGE_RETRIED = (
        "A fault of the API leaves no trace: the page is asked for again, or the run ends with exit code 10."
    )
    ONE_PRODUCER = "A newer producer fences an older one, however late that wakes up."
    BROKERS = "With one broker of three lost, slow or moved, producers and drivers go on; with all, they end in time."
    ONCE = "Each offset is in exactly one object after its receipt, wherever a driver is killed."
    ANY_DRIVERS = "Any number of drivers on one dataset, zombies among them, lose and double nothing."
    BEATEN = "A driver whose commit another one closed stops with exit code 34."
    EXECUTORS = (
        "Workers and executors may die in mid-commit: the run finishes it, or ends, and the next one does."
    )
    CHECKPOINT = "Spark's checkpoint is scratch: the next run needs none, and an old one changes nothing."
    CONTRACT = "An open commit is finished under the contract that its manifest names, or left alone."
    STORE = "A fault of the store, such as a lost answer, leaves no trace, or ends the run in time; the next goes on."
    WHOLE = "No object is ever readable in part, and none is overwritten."
    LOSS = "Loss is never silent: a run ends with exit code 33, or a receipt declares the offsets."
    ORIGIN = "A dataset begins where its first commit says, and has all that came after the first run with exit code 0."
    TOPIC = "Partitions may be added; a topic that was made again, or is gone, is refused (exit code 22)."
    DEAD_LETTERS = (
        "A record is a row or a dead letter with its bytes, whatever it holds: never a crash, never dropped."
    )
    ABORTED = "Records of transactions that were aborted, or are still open, are not delivered."
