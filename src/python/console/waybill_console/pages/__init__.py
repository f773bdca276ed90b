"""One module for each page. Each asks the sources, hands what they answer to a template, and does no more."""

from __future__ import annotations

from starlette.routing import Route

from waybill_console.pages import cluster, commit, create, message, searching, sign_in, stream, topic, verify

ROUTES = (
    Route("/", cluster.show_cluster),
    Route("/topics", cluster.show_topics, methods=["GET"]),
    Route("/topics", create.create, methods=["POST"]),
    Route("/new-topic", create.show_form),
    Route("/topics/{topic}", topic.show_topic),
    Route("/topics/{topic}/live", topic.live),
    Route("/topics/{topic}/messages/{partition:int}/{offset:int}", message.show_message),
    Route("/topics/{topic}/messages/{partition:int}/{offset:int}/value", message.whole_value),
    Route("/streams/{stream}", stream.show_stream),
    Route("/streams/{stream}/commits", stream.show_commits),
    Route("/streams/{stream}/commits/{number:int}", commit.show_commit),
    Route("/streams/{stream}/commits/{number:int}/objects/{place:int}", commit.show_object),
    Route("/streams/{stream}/verify", verify.verify_now, methods=["POST"]),
    Route("/search", searching.search),
    Route(sign_in.PATH, sign_in.show, methods=["GET"]),
    Route(sign_in.PATH, sign_in.sign_in, methods=["POST"]),
    Route("/sign-out", sign_in.sign_out, methods=["POST"]),
    Route("/healthz", cluster.healthz),
)

__all__ = ["ROUTES"]
