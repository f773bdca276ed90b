"""Records: ``asked`` (pure: which ones), ``record`` (cut to size), ``consuming`` (bounded), ``reading`` (for a page),
``shown`` (pure: as text and hex), ``live`` (those that come while one looks)."""

from __future__ import annotations
