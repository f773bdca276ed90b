SET 'table.local-time-zone' = 'UTC';
-- In this very JVM, on two slots, until the statement has ended.
SET 'execution.target' = 'local';
SET 'table.dml-sync' = 'true';
SET 'parallelism.default' = '2';
SET 'execution.checkpointing.interval' = '@CHECKPOINT@ ms';
SET 'execution.checkpointing.dir' = 'file://@STATE@';
SET 'execution.checkpointing.num-retained' = '1000';
SET 'execution.checkpointing.externalized-checkpoint-retention' = 'RETAIN_ON_CANCELLATION';
@RESTORE@

CREATE TABLE events (
@COLUMNS@,
  kafka_partition INT METADATA FROM 'partition' VIRTUAL,
  kafka_offset BIGINT METADATA FROM 'offset' VIRTUAL,
  kafka_timestamp TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL
) WITH (
  'connector' = 'kafka', 'topic' = '@TOPIC@',
  'properties.bootstrap.servers' = '@BOOTSTRAP_SERVERS@', 'properties.group.id' = '@GROUP@',
  'properties.isolation.level' = 'read_committed',
  'properties.auto.offset.reset' = 'earliest',
  -- As much in one poll as a fetch brings, and fetches that are worth the trip.
  'properties.max.poll.records' = '20000', 'properties.max.partition.fetch.bytes' = '8388608',
  'properties.fetch.min.bytes' = '@FETCH_BYTES@', 'properties.fetch.max.wait.ms' = '100',
  'scan.startup.mode' = '@START@', @BOUND@
  'format' = 'json', 'json.timestamp-format.standard' = 'ISO-8601',
  'json.decode.json-parser.enabled' = 'true', 'json.ignore-parse-errors' = 'false'
);

CREATE TABLE files (
@COLUMNS@,
  kafka_partition INT, kafka_offset BIGINT, kafka_timestamp TIMESTAMP_LTZ(6), `date` STRING
) PARTITIONED BY (`date`) WITH (
  'connector' = 'filesystem', 'path' = 'file://@LAKE@', 'format' = 'parquet',
  'parquet.compression' = 'ZSTD', 'parquet.utc-timezone' = 'true',
  'parquet.write.int64.timestamp' = 'true', 'parquet.timestamp.time.unit' = 'micros',
  -- A file ends with its checkpoint and for no other reason.
  'sink.rolling-policy.file-size' = '1GB', 'sink.rolling-policy.rollover-interval' = '1h',
  'sink.rolling-policy.check-interval' = '1h'
);

INSERT INTO files
SELECT @NAMES@,
  kafka_partition, kafka_offset, CAST(kafka_timestamp AS TIMESTAMP_LTZ(6)), DATE_FORMAT(@TIME@, 'yyyy-MM-dd')
FROM events;
