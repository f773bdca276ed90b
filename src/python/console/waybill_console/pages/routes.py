"""Which page answers to which path."""

from __future__ import annotations

from starlette.routing import Route

from waybill_console.pages import (
    cluster_page,
    commit_page,
    create_page,
    message_page,
    search_page,
    sign_in_page,
    stream_page,
    streams_page,
    topic_page,
    verify,
)

ROUTES = (
    Route("/", cluster_page.show_cluster),
    Route("/topics", cluster_page.show_topics, methods=["GET"]),
    Route("/topics", create_page.create, methods=["POST"]),
    Route("/new-topic", create_page.show_form),
    Route("/topics/{topic}", topic_page.show_topic),
    Route("/topics/{topic}/live", topic_page.live),
    Route("/topics/{topic}/messages/{partition:int}/{offset:int}", message_page.show_message),
    Route("/topics/{topic}/messages/{partition:int}/{offset:int}/value", message_page.whole_value),
    Route("/streams", streams_page.show_streams),
    Route("/streams/{stream}", stream_page.show_stream),
    Route("/streams/{stream}/commits", stream_page.show_commits),
    Route("/streams/{stream}/commits/{number:int}", commit_page.show_commit),
    Route("/streams/{stream}/commits/{number:int}/objects/{place:int}", commit_page.show_object),
    Route("/streams/{stream}/verify", verify.verify_now, methods=["POST"]),
    Route("/search", search_page.search),
    Route(sign_in_page.PATH, sign_in_page.show, methods=["GET"]),
    Route(sign_in_page.PATH, sign_in_page.sign_in, methods=["POST"]),
    Route("/sign-out", sign_in_page.sign_out, methods=["POST"]),
    Route("/healthz", cluster_page.healthz),
)
