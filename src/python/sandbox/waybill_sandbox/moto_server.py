"""moto's S3 server, started by this file's path: an import here is what makes the packaging bring moto along."""

from __future__ import annotations

import sys

from moto.server import main

if __name__ == "__main__":
    main(sys.argv[1:])
