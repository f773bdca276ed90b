"""What an engine says of a commit whose splits it will not all begin."""


class SplitsDropped(Exception):
    """The run is to end, and some splits of the commit were not begun: it stays open."""
