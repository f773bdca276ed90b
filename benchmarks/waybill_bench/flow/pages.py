"""The API with its pages made ahead: a program of its own that serves bytes as fast as it is asked.

The sandbox's simulator makes up some 15,000 users a second, less than what is measured here.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType

from waybill_common.terminal import say
from waybill_sandbox.api.reply_bodies import JSON, page_reply
from waybill_sandbox.api.request_query import ParsedQuery, parse
from waybill_sandbox.ports import LOOPBACK

RESULTS = 5000
SINGLES = 100
FIELDS = "gender,name,location,email,login,nat"
"""What the producer asks for."""


def made_pages(count: int, results: int = RESULTS) -> tuple[bytes, ...]:
    """``count`` replies of the simulator up to their ``info``, each with other users."""
    pages = []
    for number in range(1, count + 1):
        query = parse(f"/api/1.4/?results={results}&inc={FIELDS}&seed=bench&page={number}")
        assert query is not None
        users, mark, _ = page_reply(query, "bench").body.rpartition(b',"info":')
        pages.append(users + mark)
    return tuple(pages)


def reply_parts(pages: Sequence[bytes], query: ParsedQuery) -> tuple[bytes, bytes]:
    """Users and ``info`` of the reply; pages come round again after the last one."""
    info = {"seed": query.seed, "results": query.results, "page": query.page, "version": query.version}
    return pages[query.page % len(pages)], json.dumps(info).encode() + b"}"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    pages: Mapping[int, tuple[bytes, ...]] = MappingProxyType({})
    """By their number of users."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        query = parse(self.path)
        if query is None or query.results not in self.server.pages:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        users, info = reply_parts(self.server.pages[query.results], query)
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", JSON)
        self.send_header("Content-Length", str(len(users) + len(info)))
        self.end_headers()
        self.wfile.write(users)
        self.wfile.write(info)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """Nothing on stderr: there are thousands."""


def main(argv: Sequence[str] | None = None) -> int:
    """Print the API's address once the pages are made, and serve them until killed."""
    parser = ArgumentParser(prog="pages", description=__doc__)
    parser.add_argument("count", type=int, help="pages to make")
    flags = parser.parse_args(argv)
    server = _Server((LOOPBACK, 0), _Handler)
    server.pages = {RESULTS: made_pages(flags.count), 1: made_pages(SINGLES, results=1)}
    say(f"http://{LOOPBACK}:{server.server_port}/api/")
    server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
