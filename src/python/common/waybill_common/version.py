"""The one version of every artifact of this repository."""

from __future__ import annotations

VERSION = "0.1.0"
