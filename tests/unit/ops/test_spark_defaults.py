"""Spark's properties file, as java.util.Properties reads it."""

from __future__ import annotations

import pytest

from waybill_ops.submission.jvm_defaults import properties


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("spark.a b c", "b c"),
        ("spark.a=b c  ", "b c"),
        ("\tspark.a : b=c", "b=c"),
        ("spark.a\t\tb", "b"),
        ("#spark.a b\n! spark.a c\nspark.a d", "d"),
        ("spark.a b\nspark.a c", "c"),
        ("spark.a b\\\n   c", "bc"),
        ("spark.a C:\\\\x\\=y", "C:\\x=y"),
        ("spark.a b\r\n", "b"),
        ("spark.a =", ""),
    ],
    ids=[
        "blanks",
        "equals sign",
        "colon",
        "tabs",
        "comments",
        "later one",
        "two lines",
        "escapes",
        "CRLF",
        "no value",
    ],
)
def test_a_pair_is_read_as_spark_reads_it(text: str, value: str) -> None:
    assert (
        properties(f"spark.first x\n{text}\nspark.last y\n").items()
        >= {
            "spark.first": "x",
            "spark.a": value,
            "spark.last": "y",
        }.items()
    )
