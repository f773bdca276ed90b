"""Dead letters to the end: mended, sent once whatever happens, delivered, accounted for."""

from __future__ import annotations

import os
import signal
import threading
import time

from changed_topics import configure
from confluent_kafka.admin import AdminClient
from integration.dead_letters.conftest import Desk, malformed
from integration.producer.runs import foreign_transaction, headers, read
from sample_events import nth_event
from waiting import wait_until

from waybill_streams.names import NAMES


def fill(desk: Desk, count: int) -> None:
    """``count`` malformed events over both partitions, one good one, all delivered."""
    desk.stream.produce([malformed(n) for n in range(count // 2)], 0)
    desk.stream.produce([malformed(n) for n in range(count // 2, count)], 1)
    desk.stream.produce([NAMES.encode(nth_event(5000))], 1)
    desk.deliver()


def test_a_thousand_malformed_users_are_redriven_twice_and_arrive_once(desk: Desk) -> None:
    fill(desk, 1000)
    code, report = desk.verify()
    assert (code, report["letters"]) == (0, {"open": 1000, "redriven": 0, "waived": 0, "successors": []})

    unmended = desk.json("redrive", "--json")
    assert (unmended["verdicts"]["broken"], unmended["still_broken"]) == (1000, {"wrong_type": 1000})
    dry = desk.json("redrive", "--json", desk.patch(), "--limit=2")
    assert (dry["dry_run"], dry["sent"], dry["verdicts"]["send"], dry["more"]) == (True, 0, 1000, 998)
    assert not desk.successors()
    assert desk.json("dead-letters", "list", "--json")["states"] == {"open": 1000}

    first = desk.json("redrive", "--json", "--send", desk.patch())
    second = desk.json("redrive", "--json", "--send", desk.patch())
    assert (first["sent"], second["sent"], second["verdicts"]["redriven"]) == (1000, 0, 1000)
    assert (len(desk.successors()), set(desk.successors().values())) == (1000, {1})

    desk.deliver()
    code, report = desk.verify()
    assert (code, report["verdict"], report["findings_total"]) == (0, "ok", {})
    assert (report["counts"]["rows"], report["counts"]["dead_letters"]) == (1001, 1000)
    assert {state: report["letters"][state] for state in ("open", "redriven", "waived")} == {
        "open": 0, "redriven": 1000, "waived": 0,
    }  # fmt: skip
    assert len(report["letters"]["successors"]) == 20


def test_a_successor_is_its_letter_mended_and_names_it(desk: Desk) -> None:
    fill(desk, 2)
    desk.json("redrive", "--json", "--send", desk.patch())
    messages = read(desk.stream.kafka.bootstrap_servers, desk.stream.topic, 2)
    [successor] = [m for m in messages if headers(m).get("waybill-redrive-of", b"").endswith(b"/0/0")]
    assert successor.value() == NAMES.encode(nth_event(0))
    assert successor.key() == nth_event(0).id.encode()
    fate = desk.json("dead-letters", "show", "0:0")["fate"]
    assert fate["successor"] == {
        "topic": desk.stream.topic,
        "topic_id": fate["topic_id"],
        "partition": successor.partition(),
        "offset": successor.offset(),
    }
    assert headers(successor)["waybill-redrive-patch"] == fate["patch_sha256"].encode()
    assert headers(successor)["h"] == b"\xff"


def test_a_redrive_ends_once_what_it_sent_can_be_read(desk: Desk) -> None:
    fill(desk, 2)
    servers, topic = desk.stream.kafka.bootstrap_servers, desk.stream.topic
    with foreign_transaction(servers, topic) as other:
        before, ended = desk.uncommitted(), threading.Event()

        def end_after_it() -> None:
            wait_until(lambda: desk.uncommitted() != before, "nothing was sent")
            time.sleep(1.0)
            other.commit_transaction(15)
            ended.set()

        ending = threading.Thread(target=end_after_it)
        ending.start()
        desk.json("redrive", "--json", "--send", desk.patch())
        assert ended.is_set()
        ending.join(30)
    assert len(desk.successors(settled=False)) == 2


def test_a_redrive_that_was_killed_inside_its_transaction_sent_nothing(desk: Desk) -> None:
    fill(desk, 500)
    frozen = desk.frozen_redrive()
    frozen.kill()
    frozen.communicate(timeout=20)
    assert desk.json("redrive", "--json", "--send", desk.patch())["sent"] == 500
    assert (len(desk.successors()), set(desk.successors().values())) == (500, {1})
    desk.deliver()
    assert desk.verify()[0] == 0


def test_of_two_redrives_the_newer_one_sends_and_the_older_one_is_fenced(desk: Desk) -> None:
    fill(desk, 500)
    frozen = desk.frozen_redrive()
    assert desk.json("redrive", "--json", "--send", desk.patch())["sent"] == 500
    os.kill(frozen.pid, signal.SIGCONT)
    _, log = frozen.communicate(timeout=40)
    assert frozen.returncode == 24, log
    assert "Another redrive of this stream took over" in log
    assert (len(desk.successors()), set(desk.successors().values())) == (500, {1})


def test_a_waived_letter_is_not_sent_until_it_is_opened_again(desk: Desk) -> None:
    fill(desk, 4)
    waive = ("dead-letters", "waive", "--partition=0")
    assert desk.code("dead-letters", "waive", "--reason-text=test data") == 2
    assert desk.code(*waive, "--reason-text=test data") == 0
    assert desk.capsys.readouterr().out == "2 dead letters waived\n"
    assert desk.code(*waive, "--reason-text=again") == 0
    assert desk.capsys.readouterr().out == "0 dead letters waived\n"
    assert desk.json("dead-letters", "show", "0:1")["fate"]["reason"] == "test data"
    code, report = desk.verify()
    assert (code, report["letters"]["open"], report["letters"]["waived"]) == (0, 2, 2)

    sent = desk.json("redrive", "--json", "--send", desk.patch())
    assert (sent["sent"], sent["verdicts"]["waived"]) == (2, 2)
    assert desk.code(*waive, "--undo") == 0
    assert desk.json("dead-letters", "list", "--json")["states"] == {"open": 2, "redriven": 2}
    assert desk.json("redrive", "--json", "--send", desk.patch())["sent"] == 2
    desk.deliver()
    code, report = desk.verify()
    assert (code, report["letters"]["redriven"], report["counts"]["rows"]) == (0, 4, 5)


def test_a_patch_that_fails_sends_nothing(desk: Desk) -> None:
    fill(desk, 2)
    assert desk.code("redrive", "--send", desk.patch("def mend(event):\n    raise ValueError(7)\n")) == 61
    assert "raised ValueError(7)" in desk.capsys.readouterr().err
    assert not desk.successors()


def test_what_a_patch_leaves_or_does_not_mend_stays_open(desk: Desk) -> None:
    desk.stream.produce([malformed(0), malformed(1), b"not JSON", None], 0)
    desk.deliver()
    patch = desk.patch(
        "def mend(event):\n"
        "    return {**event, 'latitude': 1.0, 'nat': 'x'} if event['latitude'] == '0.25' else None\n"
    )
    told = desk.json("redrive", "--json", "--send", patch)
    assert told["verdicts"] == {
        "send": 0, "redriven": 0, "waived": 0, "left": 1, "no_event": 2, "broken": 1, "unselected": 0,
        "unsendable": 0,
    }  # fmt: skip
    assert (told["sent"], told["still_broken"]) == (0, {"bad_value": 1})


def test_small_queues_and_small_topics_take_a_redrive_or_say_why_not(desk: Desk) -> None:
    fill(desk, 40)
    limit_records(desk, 300)
    assert desk.code("redrive", "--send", desk.patch()) == 61
    told = desk.capsys.readouterr().err
    assert "bytes for the dead letter" in told
    assert f"is larger than {desk.stream.topic} takes" in told
    assert not desk.successors()
    limit_records(desk, 2000)
    small = '--kafka.properties={"queue.buffering.max.messages": "7", "compression.type": "none"}'
    assert desk.json("redrive", "--json", "--send", desk.patch(), small)["sent"] == 40
    assert desk.successors().total() == 40


def limit_records(desk: Desk, size: int) -> None:
    """Bytes of a batch that the events' topic takes."""
    client = AdminClient({"bootstrap.servers": desk.stream.kafka.bootstrap_servers})
    configure(client, desk.stream.topic, "max.message.bytes", str(size))
