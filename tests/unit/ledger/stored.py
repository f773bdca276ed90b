"""A manifest and its receipt, byte for byte as Waybill 0.1.0 stored them. The first of a backfill: format 2, then 1."""

from __future__ import annotations

MANIFEST = b"""\
{
  "format": 2,
  "kind": "manifest",
  "stream": "names",
  "number": 1,
  "previous_receipt": null,
  "topic": "names_topic",
  "topic_id": "AbC-_09",
  "contract": {
    "version": 1,
    "fingerprint": "sha256:0000000000000000000000000000000000000000000000000000000000000000"
  },
  "layout": {
    "row_group_rows": 100,
    "compression": "zstd"
  },
  "before": {
    "0": 4,
    "10": 0
  },
  "after": {
    "0": 9,
    "10": 2
  },
  "splits": [
    {
      "partition": 0,
      "start": 6,
      "end": 9
    },
    {
      "partition": 10,
      "start": 0,
      "end": 2
    }
  ],
  "holes": [
    {
      "partition": 0,
      "start": 4,
      "end": 6
    }
  ],
  "writer": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
  "release": "0.1.0"
}
"""

RECEIPT = b"""\
{
  "format": 1,
  "kind": "receipt",
  "stream": "names",
  "number": 1,
  "manifest_sha256": "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc",
  "topic": "names_topic",
  "topic_id": "AbC-_09",
  "frontier": {
    "0": 9,
    "10": 2
  },
  "rows": 1,
  "dead": 1,
  "empty": 2,
  "lost": 3,
  "reasons": {
    "not_json": 1
  },
  "splits": [
    {
      "partition": 0,
      "start": 6,
      "end": 9,
      "rows": 1,
      "dead": 1,
      "empty": 1,
      "lost": 0,
      "holes": [],
      "reasons": {
        "not_json": 1
      },
      "data": [
        {
          "key": "data/date=2026-11-22/names_topic-0-00000000000000000006-00000000000000000009.parquet",
          "rows": 1,
          "bytes": 10,
          "sha256": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
        }
      ],
      "dead_letters": {
        "key": "dead_letters/names_topic-0-00000000000000000006-00000000000000000009.parquet",
        "rows": 1,
        "bytes": 10,
        "sha256": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
      }
    },
    {
      "partition": 10,
      "start": 0,
      "end": 2,
      "rows": 0,
      "dead": 0,
      "empty": 1,
      "lost": 1,
      "holes": [
        {
          "partition": 10,
          "start": 0,
          "end": 1
        }
      ],
      "reasons": {},
      "data": [],
      "dead_letters": null
    }
  ],
  "holes": [
    {
      "partition": 0,
      "start": 4,
      "end": 6
    },
    {
      "partition": 10,
      "start": 0,
      "end": 1
    }
  ],
  "writer": "dddddddddddddddddddddddddddddddd",
  "release": "0.1.0"
}
"""
