"""The one version of every artifact of this repository."""

from __future__ import annotations

VERSION = "0.2.0.dev0"
