"""Lake against topic, by (partition, offset, event id and content), in SQL over the audit's tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from waybill_ops.audit.findings import Code, Finding, at


@dataclass(frozen=True)
class Comparison:
    """``sql`` yields partition, offset and detail of each culprit."""

    code: Code
    sql: str
    needs_log: bool = True
    of_others: bool = False
    """Only where others fill the stream's topic."""


QUESTIONS = (
    Comparison(
        Code.COMMIT_INCONSISTENT,
        """SELECT p, low, key || ' says that the split has ' || tombstones || ' tombstones, its objects have '
                  || stored_tombstones
           FROM splits WHERE tombstones <> stored_tombstones""",
        needs_log=False,
    ),
    Comparison(
        Code.COMMIT_INCONSISTENT,
        """SELECT p, low, key || ' says that the split has ' || skipped || ' skipped records, its contract skips none'
           FROM splits WHERE skipped > 0 AND NOT selects""",
        needs_log=False,
    ),
    Comparison(
        Code.COMMIT_INCONSISTENT,
        """SELECT p, low, key || ' says that the split has ' || skipped || ' skipped records and ' || raw_bytes
                  || ' bytes, by its contract ' || coalesce(passed, 0) || ' are skipped, in Kafka it has '
                  || coalesce(found, 0) || ' bytes'
           FROM splits JOIN bounds USING (p) LEFT JOIN
                (SELECT split, count(*) FILTER (verdict = 'skipped') AS passed, sum(bytes) AS found,
                        count(*) = count(verdict) AS is_judged
                 FROM log WHERE split IS NOT NULL GROUP BY split) USING (split)
           WHERE low >= log_start AND high <= frontier AND coalesce(is_judged, true)
                 AND (coalesce(passed, 0) <> skipped OR coalesce(found, 0) <> raw_bytes)""",
    ),
    Comparison(
        Code.OBJECT_ALTERED,
        """SELECT min(p), min(o), key || ': its receipt says that its records have ' || raw_bytes
                  || ' bytes of keys and values, in Kafka they have ' || sum(bytes)
           FROM data_rows JOIN objects USING (object) JOIN bounds USING (p) LEFT JOIN log USING (p, o)
           WHERE raw_bytes IS NOT NULL
           GROUP BY object, key, raw_bytes
           HAVING min(o) >= max(log_start) AND max(o) < max(frontier) AND count(bytes) = count(*)
                  AND sum(bytes) <> raw_bytes""",
    ),
    Comparison(
        Code.ROW_IN_HOLE,
        """SELECT stored.p, stored.o, 'a row in ' || key || ' though these offsets were declared lost'
           FROM stored JOIN holes ON stored.p = holes.p AND stored.o >= low AND stored.o < high""",
        needs_log=False,
    ),
    Comparison(
        Code.DOUBLED,
        """SELECT p, o, count(*) || ' times: ' || array_to_string(list_sort(list(key)), ', ')
           FROM all_stored GROUP BY p, o HAVING count(*) > 1""",
        needs_log=False,
    ),
    Comparison(
        Code.MISSING,
        """SELECT log.p, log.o, coalesce('event ' || log.id[:80], 'its record')
                  || ' is in Kafka, but neither row nor dead letter'
                  || CASE WHEN any_value(holes.p) IS NOT NULL THEN '; the ledger declares it lost' ELSE '' END
           FROM log JOIN bounds USING (p) ANTI JOIN stored USING (p, o)
           LEFT JOIN holes ON log.p = holes.p AND log.o >= low AND log.o < high
           WHERE log.o >= log_start AND log.o < frontier AND coalesce(verdict, '') NOT IN ('skipped', 'unknown')
           GROUP BY log.p, log.o, log.id""",
    ),
    Comparison(
        Code.MISSING,
        """SELECT r.p, r.o, 'by what a redrive has recorded there was a record, and it is neither row nor dead letter; '
                  || 'Kafka has it no more'
           FROM redrives AS r JOIN bounds ON r.p = bounds.p JOIN reach ON r.p = reach.p
           ANTI JOIN stored ON r.p = stored.p AND r.o = stored.o
           ANTI JOIN holes ON r.p = holes.p AND r.o >= holes.low AND r.o < holes.high
           ANTI JOIN (SELECT p, low, high FROM splits WHERE selects) AS chosen
                ON r.p = chosen.p AND r.o >= chosen.low AND r.o < chosen.high
           WHERE r.o >= origin AND r.o < log_start AND r.o < frontier""",
        of_others=True,
    ),
    Comparison(
        Code.FOREIGN,
        """SELECT stored.p, stored.o, 'event ' || coalesce(stored.id[:80], '(a dead letter)') || ' in ' || stored.key
                  || ': Kafka has no record there'
           FROM stored JOIN bounds USING (p) ANTI JOIN log USING (p, o)
           WHERE stored.o >= log_start AND stored.o < frontier
           UNION ALL
           SELECT stored.p, stored.o, 'event ' || coalesce(stored.id[:80], '(a dead letter)') || ' in ' || stored.key
                  || ': the topic has no such partition'
           FROM stored ANTI JOIN bounds USING (p)""",
    ),
    Comparison(
        Code.MISJUDGED,
        """SELECT p, o, 'a row in ' || key || ', though by its commit''s contract its record is '
                  || CASE verdict WHEN 'dead' THEN 'a dead letter: ' || detail[:200] ELSE 'skipped' END
           FROM data_rows JOIN objects USING (object) JOIN log USING (p, o) JOIN bounds USING (p)
           WHERE NOT in_flight AND o >= log_start AND o < frontier AND verdict IN ('dead', 'skipped')
           UNION ALL
           SELECT p, o, 'a dead letter in ' || key || ', though by its commit''s contract its record is '
                  || CASE verdict WHEN 'row' THEN 'a row' ELSE verdict END
           FROM dead_rows JOIN objects USING (object) JOIN log USING (p, o) JOIN bounds USING (p)
           WHERE NOT in_flight AND o >= log_start AND o < frontier AND verdict IN ('row', 'skipped')""",
    ),
    Comparison(
        Code.ID_DIFFERS,
        """SELECT p, o, 'event ' || coalesce(data_rows.id[:80], '(null)') || ' in ' || key || ', but Kafka has '
                  || coalesce(log.id[:80], 'a record without an id')
           FROM data_rows JOIN objects USING (object) JOIN log USING (p, o) JOIN bounds USING (p)
           WHERE NOT in_flight AND o >= log_start AND o < frontier AND data_rows.id IS DISTINCT FROM log.id
                 AND coalesce(verdict, 'row') = 'row'""",
    ),
    Comparison(
        Code.ROW_ALTERED,
        """SELECT p, o, coalesce('event ' || log.id[:80], 'the row') || ' in ' || key || ': '
                  || CASE WHEN is_row_stamp(format, ts, ms) THEN 'its columns are not its record''s fields'
                          ELSE 'its kafka_timestamp is not that of its record, ' || ms || ' ms' END
           FROM data_rows JOIN objects USING (object) JOIN log USING (p, o) JOIN bounds USING (p)
           WHERE NOT in_flight AND o >= log_start AND o < frontier
                 AND (data_rows.id = log.id OR verdict = 'row' AND data_rows.id IS NULL AND log.id IS NULL)
                 AND (data_rows.content IS DISTINCT FROM log.content AND (p, o, data_rows.content) NOT IN
                      (SELECT (p, o, content) FROM other_contents WHERE content IS NOT NULL)
                      OR NOT is_row_stamp(format, ts, ms))""",
    ),
    Comparison(
        Code.DEAD_LETTER_ALTERED,
        """SELECT p, o, key || ': '
                  || CASE WHEN dead_rows.raw IS DISTINCT FROM log.raw THEN 'its key and value are not its record''s'
                          WHEN dead_rows.headers IS DISTINCT FROM log.headers THEN 'its headers are not its record''s'
                          WHEN NOT is_dead_stamp(format, ts, dead_rows.ms, log.ms)
                          THEN 'its timestamp is not its record''s, ' || log.ms || ' ms'
                          WHEN verdict = 'dead' AND dead_rows.detail IS DISTINCT FROM log.detail
                               OR verdict = 'dead' AND dead_rows.reason IS DISTINCT FROM log.reason
                          THEN 'it says ' || coalesce(dead_rows.reason, 'null') || ' ('
                               || coalesce(dead_rows.detail[:200], 'null') || '), by its contract its record is '
                               || log.reason || ' (' || log.detail[:200] || ')'
                          ELSE 'its reason is ' || coalesce(dead_rows.reason, 'null')
                               || ', its record''s timestamp ' || log.ms || ' ms' END
           FROM dead_rows JOIN objects USING (object) JOIN log USING (p, o) JOIN bounds USING (p)
           WHERE NOT in_flight AND o >= log_start AND o < frontier AND coalesce(verdict, 'dead') IN ('dead', 'unknown')
                 AND (dead_rows.raw IS DISTINCT FROM log.raw
                      OR verdict = 'dead' AND (dead_rows.reason IS DISTINCT FROM log.reason
                                               OR dead_rows.detail IS DISTINCT FROM log.detail)
                      OR dead_rows.headers IS DISTINCT FROM log.headers AND log.headers IS NOT NULL
                      OR NOT is_dead_stamp(format, ts, dead_rows.ms, log.ms)
                      OR NOT is_stamp_reason(format, dead_rows.reason, log.ms))""",
    ),
    Comparison(
        Code.REDRIVEN_TWICE,
        """SELECT of_p, of_o, 'this dead letter' || CASE WHEN own THEN '' ELSE ' of ' || of_topic END || ' has ' || n
                  || ' successors: ' || places
           FROM (SELECT of_topic, of_p, of_o, own, count(*) AS n,
                        array_to_string(list_sort(list(p || ':' || o))[:5], ', ') AS places
                 FROM successors WHERE of_p IS NOT NULL GROUP BY of_topic, of_p, of_o, own)
           LEFT JOIN (SELECT of_topic, of_p, of_o, count(*) FILTER (p IS NOT NULL) AS letters
                      FROM redrives GROUP BY of_topic, of_p, of_o) USING (of_topic, of_p, of_o)
           WHERE n > greatest(1, coalesce(letters, 1))""",
    ),
    Comparison(
        Code.REDRIVE_UNRECORDED,
        """SELECT s.p, s.o,
                  CASE WHEN s.of_p IS NULL THEN 'it names no dead letter, and no redrive has recorded it'
                       ELSE 'it says that it succeeds ' || CASE WHEN s.own THEN '' ELSE s.of_topic || ' ' END
                            || s.of_p || ':' || s.of_o || ', which is '
                            || CASE WHEN s.own AND any_value(dead_rows.p) IS NULL
                                    THEN 'no dead letter, and which no redrive has recorded'
                                    ELSE 'a dead letter, but no redrive has recorded it: '
                                         || 'the next one would send it again' END END
           FROM successors AS s ANTI JOIN redrives AS r
                ON s.of_topic = r.of_topic AND s.of_p = r.of_p AND s.of_o = r.of_o AND s.p = r.p AND s.o = r.o
           LEFT JOIN dead_rows ON s.own AND s.of_p = dead_rows.p AND s.of_o = dead_rows.o
           GROUP BY s.p, s.o, s.of_topic, s.of_p, s.of_o, s.own""",
    ),
    Comparison(
        Code.REDRIVE_WITHOUT_SUCCESSOR,
        """SELECT r.of_p, r.of_o, 'this dead letter' || CASE WHEN r.own THEN '' ELSE ' of ' || r.of_topic END
                  || ' is recorded as redriven to ' || r.p || ':' || r.o || ', where no such record is'
           FROM redrives AS r LEFT JOIN bounds ON r.p = bounds.p LEFT JOIN reach ON r.p = reach.p
           ANTI JOIN successors AS s
                ON s.of_topic = r.of_topic AND s.of_p = r.of_p AND s.of_o = r.of_o AND s.p = r.p AND s.o = r.o
           WHERE r.p IS NOT NULL
                 AND (bounds.p IS NULL OR r.o >= log_start AND r.o < greatest(frontier, coalesce(read_end, 0)))""",
    ),
    Comparison(
        Code.REDRIVE_OF_NO_LETTER,
        """SELECT of_p, of_o, 'it is recorded as redriven, and is no dead letter of this dataset'
           FROM redrives JOIN bounds ON of_p = bounds.p JOIN reach ON of_p = reach.p
           ANTI JOIN dead_rows ON of_p = dead_rows.p AND of_o = dead_rows.o
           WHERE own AND state = 'redriven' AND of_o >= origin AND of_o < frontier""",
        of_others=True,
    ),
    Comparison(
        Code.REPEATED_ID,
        """SELECT min_by(p, (p, o)), min_by(o, (p, o)),
                  'event ' || id || ' is also at '
                  || array_to_string(list_sort(list(DISTINCT p || ':' || o))[2:6], ', ')
           FROM (SELECT DISTINCT p, o, id FROM stored WHERE id IS NOT NULL)
           GROUP BY id HAVING count(*) > 1""",
        needs_log=False,
    ),
)


def compare(
    database: duckdb.DuckDBPyConnection, *, with_log: bool, of_others: bool = False
) -> Iterator[Finding]:
    """Every finding, by partition and offset within a code. Without the log only the lake is asked about itself."""
    for question in QUESTIONS:
        if (question.needs_log and not with_log) or (question.of_others and not of_others):
            continue
        cursor = database.cursor().execute(f"SELECT * FROM ({question.sql}) ORDER BY 1, 2, 3")  # noqa: S608
        while rows := cursor.fetchmany(1000):
            yield from (Finding(question.code, at(p, o), detail) for p, o, detail in rows)
