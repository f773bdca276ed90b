"""Values that are neither JSON nor Avro: they are kept as they came."""

from __future__ import annotations

from samples.sample import Sample, dead, record, row

# Lines of our own, with the traps of USGS' file of earthquakes, which comes without a licence.
_HEAD = "Place,Strength,When,Lon,Lat,Link"
_LINES = (
    '"7km N of Somewhere, XY",1.25,1510148413100,-117.5,34.25,https://example.org/ci1',
    '"3km S of ""Quoted"", ZZ",2.0,1510148023740,-74.149,40.4706667,https://example.org/ld2',
)
CSV = Sample(
    "csv_lines",
    (record(_HEAD), *(record(line) for line in _LINES), record(b"caf\xe9,1510148413100,")),
    (dead("", "bad_value"), *(row(line=line) for line in _LINES), dead("", "not_utf8")),
    "lines of CSV, their header among them, and one in Latin-1",
    "`text`: a row for each line, whole; a `pattern` keeps the header out. Language 1 cuts no line into columns",
)

# As protoc encodes it: data = "test message 3", message_id = "1", publish_time.seconds = 1612497974.
_MESSAGE = b"\x0a\x0etest message 3\x1a\x011\x22\x06\x08\xf6\xa7\xf3\x80\x06"
_DATA = b"\x0a" + bytes([len(_MESSAGE)]) + _MESSAGE
PROTOBUF = Sample(
    "pubsub_protobuf",
    (record(_DATA), record(b"")),
    (row(value=_DATA.hex()), row(value="")),
    "a Protobuf message in Protobuf's own bytes",
    "`binary`: kept byte for byte. Language 1 reads no Protobuf",
)
