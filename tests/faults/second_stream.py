"""A topic that somebody else fills, delivered in one run with ``names``: the soak's second stream.

It has the document of ``names`` under another name, so the audit reads its rows in the same way.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from corpus.names_document import contract_of
from faults.audit import judge, read_topic
from faults.programs import Program
from faults.records import event
from faults.rig import Rig
from faults.stream import Stream

from waybill_contracts.document.canonical_form import canonical_bytes

NAME = "names_of_others"
BOTH = "names*"
"""The pattern that stands for the two."""

_FIRST_EVENT = 2 * 10**9
MODULE = "faults.drive_local"


@dataclass
class SecondStream:
    """Beside the rig's own stream: its topic, its folder and its dataset in the same lake."""

    rig: Rig
    folder: Path
    topic: Stream = field(init=False)

    def __post_init__(self) -> None:
        self.topic = Stream(name=NAME, kafka=self.rig.kafka, random=self.rig.random)

    def create(self) -> None:
        place = self.folder / NAME
        place.mkdir(parents=True)
        (place / "stream.toml").write_text(f'topic = "{self.topic.topic}"\n')
        document = json.loads(contract_of().document) | {"stream": NAME, "duplicates": "dead"}
        # Only names may say the rest: how 0.1.0 wrote its times, and what it called a contract.
        del document["legacy"]
        document["fields"] = {at: one for at, one in document["fields"].items() if "wire" not in one}
        (place / "contract.json").write_bytes(canonical_bytes(document))
        self.topic.create_topic()

    def write(self, *, commit: bool) -> None:
        """By its owner: events and a broken record, in a transaction that is committed or aborted."""
        random, made = self.rig.random, self.topic.made
        count = random.randrange(1, 200)
        values: list[bytes | None] = [event(_FIRST_EVENT + made + n) for n in range(count)]
        values[random.randrange(count)] = b"{broken"
        self.topic.made += count
        self.topic.produce(values, partition=random.randrange(self.topic.partitions), commit=commit)

    def driver_of_both(self, name: str, **flags: object) -> Program:
        """One run of the local engine that delivers this stream and the rig's own."""
        return self._driver(name, BOTH, **flags)

    def deliver(self) -> Program:
        """To the topic's end without trouble."""
        self.topic.settle()
        program = self._driver("deliver", NAME, lake__attempts=8)
        program.ended_with(0)
        return program

    def audit(self) -> tuple[int, int, int, list[str]]:
        """Events, lost, doubled, and what else is wrong."""
        records = read_topic(self.rig.kafka.bootstrap_servers, self.topic.topic)
        verdict = judge(records, self.rig.stored(NAME), complete=True, day_key="produced_at_day")
        return verdict.events, len(verdict.lost), len(verdict.doubled), list(verdict.wrong)

    def _driver(self, name: str, streams: str, **flags: object) -> Program:
        chosen = {"WAYBILL_STREAMS__NAMES__TOPIC": self.rig.topic, "WAYBILL_STREAMS_FOLDER": str(self.folder)}
        return self.rig.driver_of_streams(MODULE, name, streams, chosen, **flags)
