"""``waybill console``: web pages about the brokers, the topics and the lake."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping

from waybill_common.errors import OK
from waybill_common.flag_types import path_of
from waybill_common.lake import open_lake
from waybill_common.redaction import hide_too
from waybill_common.settings import (
    READING,
    Settings,
    add_settings_flags,
    as_variables,
    for_stream,
    given_of_stream,
    selection_of,
    with_settings,
)
from waybill_console.app import make_app
from waybill_console.context import Context, Rules, hurried
from waybill_console.security import (
    Sessions,
    address,
    host_names,
    known_hosts,
    read_token,
    require_token,
    topic_names,
)
from waybill_console.serving import bind, serve
from waybill_console.shown_streams import shown_streams
from waybill_console.stream import Verifier
from waybill_streams.chosen_streams import StreamsByName, every_stream, several_of
from waybill_streams.stream_settings import settings_of

SETTINGS = READING
IDLE = ()
HELP = "serve web pages about the brokers, the topics and the lake"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--listen",
        type=address,
        default=address("127.0.0.1:8888"),
        metavar="HOST:PORT",
        help="where to listen (default: 127.0.0.1:8888); beyond loopback it needs --token-file",
    )
    parser.add_argument(
        "--token-file", type=path_of, metavar="FILE", help="a file with the token that a browser has to show"
    )
    parser.add_argument(
        "--allow-write", action="store_true", help="let pages create topics and start an audit"
    )
    parser.add_argument(
        "--topics",
        type=topic_names,
        default=(),
        metavar="A,B",
        help="topics whose records are shown, besides the streams' own",
    )
    parser.add_argument(
        "--allowed-hosts",
        type=host_names,
        default=(),
        metavar="A,B",
        help="names that browsers may call it by, besides loopback's and that of --listen",
    )
    add_settings_flags(parser, *SETTINGS, idle=IDLE, several=True)


def run(flags: Namespace, environ: Mapping[str, str]) -> int:
    """Until SIGTERM or Ctrl-C. Raises ``PortInUse``, and ``SettingsRefused`` beyond loopback without a token."""
    settings, streams = _chosen(flags, environ)
    token = read_token(flags.token_file, settings.security)
    hide_too(() if token is None else (token,))
    require_token(flags.listen, token)
    # Pages ask for it later; where the lake can't be meant by its settings, that is told now, as by every command.
    _ = open_lake(settings.lake, settings.stream.lake_folder).location
    bound = bind(flags.listen)
    port = bound.getsockname()[1]
    own = flags if len(streams) == 1 else for_stream(flags, None)
    context = Context(
        settings=hurried(settings),
        streams=shown_streams(
            {name: hurried(one) if isinstance(one, Settings) else one for name, one in streams.items()}
        ),
        rules=Rules(flags.allow_write, flags.topics),
        sessions=Sessions(token),
        verifier=Verifier(with_settings(as_variables(own, environ), READING)),
        # Cookies don't tell ports apart: two consoles of one machine have one each.
        cookie=f"waybill_console_{port}",
    )
    serve(make_app(context, known_hosts(flags.listen, flags.allowed_hosts)), bound, flags.listen.url(port))
    return OK


def _chosen(flags: Namespace, environ: Mapping[str, str]) -> tuple[Settings, StreamsByName]:
    """What the console goes by itself, and the streams that it shows: all that there are, unless flags say which."""
    several = several_of(flags, environ, "console")
    if several is not None:
        return several.run, several.streams
    settings = settings_of(flags, environ, "console")
    if selection_of(flags) is not None or given_of_stream(flags):
        return settings, {settings.stream.name: settings}
    return settings, every_stream(flags, environ, settings)
