"""What a form has no words for."""

from __future__ import annotations


class NotSayable(ValueError):
    """The document can't be written in this form; the message says why, ``remedy`` what can be had instead."""

    def __init__(self, why: str, remedy: str) -> None:
        super().__init__(why)
        self.remedy = remedy
