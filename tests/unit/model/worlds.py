"""The worlds that are explored: each as small as shows its danger, the main ones as large as a minute affords.

In every world a crash may follow each step, and a frozen driver is one that takes no step for as long as it likes.
Where `late` holds, replies get lost, requests land late and tasks have second attempts.
"""

from __future__ import annotations

from unit.model.world import Release, World

OLD = Release(build=1, contracts=(1,), rows_per_object=2)
V0_1_0 = OLD._replace(format=1)
NEW = Release(build=2, contracts=(1, 2), rows_per_object=1)

ONE_RECORD = World(
    "one record, two drivers, an upgrade",
    topics=((("disputed",),),), first_ends=(1,), starts=2, alive=2, releases=(OLD, NEW), retention=(0,),
)  # fmt: skip
TWO_RECORDS = ONE_RECORD._replace(name="two records at once", topics=((("good", "good"),),), first_ends=(2,))
GROWING = ONE_RECORD._replace(name="a record arrives", topics=((("disputed", "good"),),))
MAIN = GROWING._replace(name="main: three starts, a record arrives, an upgrade", starts=3)
THREE_AT_ONCE = ONE_RECORD._replace(name="three drivers at once", starts=3, alive=3)
TWO_PARTITIONS = GROWING._replace(
    name="two partitions, a marker, two dates",
    topics=((("disputed", "marker"), ("next day",)),), first_ends=(1, 0), retention=(0, 0),
)  # fmt: skip
IDLE_PARTITION = World(
    "a partition is idle for a commit",
    topics=((("good",), ("good", "good")),), first_ends=(0, 1), starts=2, alive=1, releases=(OLD,),
    retention=(0, 0), late=False,
)  # fmt: skip
RETENTION = World(
    "retention passes the frontier",
    topics=((("good", "next day"),),), first_ends=(2,), starts=3, alive=2, releases=(OLD,), retention=(2,),
)  # fmt: skip
RETENTION_ONE_DATE = RETENTION._replace(
    name="retention passes part of an object", topics=((("good", "good"),),), starts=2
)
ONE_AFTER_ANOTHER = World(
    "retention passes the frontier, drivers run one after another, nothing is late",
    topics=((("good", "good", "next day"),),), first_ends=(2,), starts=3, alive=1, releases=(OLD, NEW),
    retention=(2,), late=False,
)  # fmt: skip
RECREATED = ONE_RECORD._replace(
    name="the topic is recreated", topics=((("good",),), (("good", "good"),)), releases=(OLD,)
)
RECREATED_ANOTHER_DAY = RECREATED._replace(
    name="the topic is recreated, its records go elsewhere", topics=((("good",),), (("next day",),))
)
OLD_LAKE = ONE_RECORD._replace(
    name="a commit at which 0.1.0 hangs is finished by the next release",
    topics=((("far",), ("unstorable",)),), first_ends=(1, 1), starts=3, releases=(V0_1_0, NEW), retention=(0, 0),
)  # fmt: skip

BACKFILL = World(
    "a backfill and a driver want to begin the dataset",
    topics=((("good", "good"),),), first_ends=(2,), starts=3, alive=2, releases=(OLD, NEW), retention=(0,),
    origins=((1,),),
)  # fmt: skip

LATEST = World(
    "the dataset begins where the log ends",
    topics=((("good", "good"),),), first_ends=(0,), starts=3, alive=2, releases=(OLD,), retention=(0,),
    begins_at_latest=True,
)  # fmt: skip

AHEAD = GROWING._replace(name="drivers read ahead", reads_ahead=True)
AHEAD_LOSING = World(
    "a driver reads ahead, retention passes, nothing is late",
    topics=((("good", "good", "next day"),),), first_ends=(1,), starts=3, alive=1, releases=(OLD,), retention=(2,),
    late=False, reads_ahead=True,
)  # fmt: skip
AHEAD_RECREATED = RECREATED_ANOTHER_DAY._replace(
    name="drivers read ahead of a topic that is recreated", reads_ahead=True
)

DOCUMENTS = ONE_RECORD._replace(
    name="contracts are documents in the dataset", topics=((("disputed", "good"),),), has_documents=True
)

LAGGING = ONE_RECORD._replace(
    name="a registry is asked, and says otherwise",
    topics=((("asked", "asked"),),), releases=(OLD,), retention=(0,), answers=2,
)  # fmt: skip
BEYOND = LAGGING._replace(
    name="an id is beyond those that are asked for", topics=((("beyond",),),), answers=1
)
ASKED_AND_LOST = LAGGING._replace(
    name="retention passes a record of an id that is asked for",
    topics=((("asked",),),), retention=(1,), answers=1,
)  # fmt: skip

TIGHTENED = GROWING._replace(
    name="a narrower contract is published",
    topics=((("good", "good"),),),
    starts=3,
    tightens=True,
    late=False,
)
JUDGED = World(
    "too many dead letters",
    topics=((("bad", "good"),),), first_ends=(1,), starts=3, alive=2, releases=(OLD,), retention=(0,), late=False,
    enough=1,
)  # fmt: skip
COUNTED = JUDGED._replace(
    name="too many dead letters in several commits", topics=((("bad", "bad", "good"),),), alive=1, enough=2
)

WORLDS = {
    ONE_RECORD: 1_900,
    TWO_RECORDS: 2_600,
    GROWING: 13_000,
    MAIN: 70_000,
    THREE_AT_ONCE: 23_000,
    TWO_PARTITIONS: 100_000,
    IDLE_PARTITION: 1_200,
    RETENTION: 85_000,
    RETENTION_ONE_DATE: 5_000,
    ONE_AFTER_ANOTHER: 17_000,
    RECREATED: 1_300,
    RECREATED_ANOTHER_DAY: 1_000,
    OLD_LAKE: 5_000,
    BACKFILL: 40_000,
    LATEST: 70_000,
    DOCUMENTS: 20_000,
    AHEAD: 60_000,
    AHEAD_LOSING: 20_000,
    AHEAD_RECREATED: 8_000,
    LAGGING: 5_000,
    BEYOND: 1_000,
    ASKED_AND_LOST: 5_000,
    TIGHTENED: 10_000,
    JUDGED: 30_000,
    COUNTED: 4_000,
}
"""How many states each must have at least, so that an exploration can't become trivial unnoticed."""
