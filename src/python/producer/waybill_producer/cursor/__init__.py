"""How far the stream got: stored beside the events, committed with them."""
