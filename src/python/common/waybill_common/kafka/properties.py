"""Every property of librdkafka, in exactly one class: what it means for Spark's Java client, or why nobody may set it.

A test walks the list of the installed librdkafka, so that a new property is sorted in here before it can be set.
"""

from __future__ import annotations

from collections.abc import Mapping

RESERVED = (
    "bootstrap.servers",
    "metadata.broker.list",
    "isolation.level",
    "group.id",
    "auto.offset.reset",
    "enable.auto.commit",
    "auto.commit.enable",
    "enable.auto.offset.store",
    "enable.partition.eof",
    "enable.idempotence",
    "enable.gapless.guarantee",
    "transactional.id",
    "acks",
    "request.required.acks",
    "delivery.report.only.error",
    "allow.auto.create.topics",
    "topic.blacklist",
    "queuing.strategy",
)
"""On these delivery rests."""

OF_CODE = frozenset(
    {
        "builtin.features",
        "background_event_cb",
        "closesocket_cb",
        "connect_cb",
        "consume.callback.max.messages",
        "consume_cb",
        "default.topic.config",
        "default_topic_conf",
        "dr_cb",
        "dr_msg_cb",
        "enable_sasl_queue",
        "enabled_events",
        "error_cb",
        "interceptors",
        "internal.termination.signal",
        "log.queue",
        "log_cb",
        "logger",
        "msg_order_cmp",
        "oauth_cb",
        "oauthbearer_token_refresh_cb",
        "offset_commit_cb",
        "on_commit",
        "on_delivery",
        "opaque",
        "open_cb",
        "partitioner_cb",
        "rebalance_cb",
        "resolve_cb",
        "socket_cb",
        "ssl.certificate.verify_cb",
        "ssl_ca",
        "ssl_certificate",
        "ssl_engine_callback_data",
        "ssl_key",
        "stats_cb",
        "throttle_cb",
    }
)
"""For programs, not for settings: callbacks and objects."""

LOADS_CODE = frozenset(
    {
        "plugin.library.paths",
        "sasl.kerberos.kinit.cmd",
        "ssl.engine.id",
        "ssl.engine.location",
        "ssl.providers",
    }
)
"""Refused without kafka.allow_code: who may write a property would run code with this program's rights."""

OF_A_COMMAND = frozenset({"sasl.kerberos.keytab", "sasl.kerberos.principal", "sasl.kerberos.service.name"})
"""What librdkafka puts into the command of ``sasl.kerberos.kinit.cmd``, which a shell runs."""

SAME = (
    "client.id",
    "client.rack",
    "client.dns.lookup",
    "metadata.max.age.ms",
    "reconnect.backoff.ms",
    "reconnect.backoff.max.ms",
    "retry.backoff.ms",
    "retry.backoff.max.ms",
    "socket.connection.setup.timeout.ms",
)
"""Of the same name, values and meaning in the Java client."""

TRANSLATED = frozenset(
    {
        "security.protocol",
        "sasl.mechanism",
        "sasl.mechanisms",
        "sasl.username",
        "sasl.password",
        "ssl.ca.location",
        "ssl.ca.pem",
        "ssl.certificate.location",
        "ssl.certificate.pem",
        "ssl.key.location",
        "ssl.key.pem",
        "ssl.key.password",
        "ssl.keystore.location",
        "ssl.keystore.password",
        "enable.ssl.certificate.verification",
        "ssl.endpoint.identification.algorithm",
        "sasl.oauthbearer.method",
        "sasl.oauthbearer.client.id",
        "sasl.oauthbearer.client.credentials.client.id",
        "sasl.oauthbearer.client.secret",
        "sasl.oauthbearer.client.credentials.client.secret",
        "sasl.oauthbearer.scope",
        "sasl.oauthbearer.extensions",
        "sasl.oauthbearer.token.endpoint.url",
        "sasl.oauthbearer.sub.claim.name",
        "sasl.oauthbearer.grant.type",
        "sasl.oauthbearer.metadata.authentication.type",
        "sasl.oauthbearer.config",
        "enable.sasl.oauthbearer.unsecure.jwt",
        "https.ca.location",
        "https.ca.pem",
    }
)
"""Spelled otherwise for Java, or refused there for some of their values: see ``java``."""

_WHOLE_JVM = "the Java client takes that only for a whole JVM"
_NO_KERBEROS = "neither of the two clients that Waybill carries has Kerberos at hand"
_NO_ASSERTIONS = "the Java client of Spark 4.2 signs no assertions"

NOT_IN_JAVA: Mapping[str, str] = {
    "ssl.crl.location": _WHOLE_JVM,
    "ssl.curves.list": _WHOLE_JVM,
    "ssl.sigalgs.list": _WHOLE_JVM,
    "ssl.cipher.suites": "OpenSSL names suites otherwise than Java",
    "ssl.ca.certificate.stores": "it is for Windows",
    "ssl.providers": "OpenSSL's providers are none of Java's",
    "ssl.engine.id": "OpenSSL's engines are none of Java's",
    "ssl.engine.location": "OpenSSL's engines are none of Java's",
    "plugin.library.paths": "librdkafka's plugins are none of Java's",
    "sasl.kerberos.service.name": _NO_KERBEROS,
    "sasl.kerberos.principal": _NO_KERBEROS,
    "sasl.kerberos.keytab": _NO_KERBEROS,
    "sasl.kerberos.kinit.cmd": _NO_KERBEROS,
    "sasl.kerberos.min.time.before.relogin": _NO_KERBEROS,
    "sasl.oauthbearer.assertion.algorithm": _NO_ASSERTIONS,
    "sasl.oauthbearer.assertion.claim.aud": _NO_ASSERTIONS,
    "sasl.oauthbearer.assertion.claim.exp.seconds": _NO_ASSERTIONS,
    "sasl.oauthbearer.assertion.claim.iss": _NO_ASSERTIONS,
    "sasl.oauthbearer.assertion.claim.jti.include": _NO_ASSERTIONS,
    "sasl.oauthbearer.assertion.claim.nbf.seconds": _NO_ASSERTIONS,
    "sasl.oauthbearer.assertion.claim.sub": _NO_ASSERTIONS,
    "sasl.oauthbearer.assertion.file": _NO_ASSERTIONS,
    "sasl.oauthbearer.assertion.jwt.template.file": _NO_ASSERTIONS,
    "sasl.oauthbearer.assertion.private.key.file": _NO_ASSERTIONS,
    "sasl.oauthbearer.assertion.private.key.passphrase": _NO_ASSERTIONS,
    "sasl.oauthbearer.assertion.private.key.pem": _NO_ASSERTIONS,
}
"""What a connection rests on and Spark's client can't be told, and why."""

TUNING = frozenset(
    {
        "api.version.fallback.ms",
        "api.version.request",
        "api.version.request.timeout.ms",
        "auto.commit.interval.ms",
        "batch.num.messages",
        "batch.size",
        "broker.address.family",
        "broker.address.ttl",
        "broker.version.fallback",
        "check.crcs",
        "compression.codec",
        "compression.level",
        "compression.type",
        "connections.max.idle.ms",
        "coordinator.query.interval.ms",
        "debug",
        "delivery.timeout.ms",
        "enable.metrics.push",
        "enable.random.seed",
        "fetch.error.backoff.ms",
        "fetch.max.bytes",
        "fetch.message.max.bytes",
        "fetch.min.bytes",
        "fetch.queue.backoff.ms",
        "fetch.wait.max.ms",
        "group.instance.id",
        "group.protocol",
        "group.protocol.type",
        "group.remote.assignor",
        "heartbeat.interval.ms",
        "linger.ms",
        "log.connection.close",
        "log.thread.name",
        "log_level",
        "max.in.flight",
        "max.in.flight.requests.per.connection",
        "max.partition.fetch.bytes",
        "max.poll.interval.ms",
        "max.poll.records",
        "message.copy.max.bytes",
        "message.max.bytes",
        "message.send.max.retries",
        "message.timeout.ms",
        "metadata.recovery.rebootstrap.trigger.ms",
        "metadata.recovery.strategy",
        "offset.store.method",
        "offset.store.path",
        "offset.store.sync.interval.ms",
        "partition.assignment.strategy",
        "partitioner",
        "produce.offset.report",
        "queue.buffering.backpressure.threshold",
        "queue.buffering.max.kbytes",
        "queue.buffering.max.messages",
        "queue.buffering.max.ms",
        "queued.max.messages.kbytes",
        "queued.min.messages",
        "receive.message.max.bytes",
        "reconnect.backoff.jitter.ms",
        "request.timeout.ms",
        "retries",
        "session.timeout.ms",
        "share.acknowledgement.mode",
        "socket.blocking.max.ms",
        "socket.keepalive.enable",
        "socket.max.fails",
        "socket.nagle.disable",
        "socket.receive.buffer.bytes",
        "socket.send.buffer.bytes",
        "socket.timeout.ms",
        "statistics.interval.ms",
        "sticky.partitioning.linger.ms",
        "topic.metadata.propagation.max.ms",
        "topic.metadata.refresh.fast.cnt",
        "topic.metadata.refresh.fast.interval.ms",
        "topic.metadata.refresh.interval.ms",
        "topic.metadata.refresh.sparse",
        "transaction.timeout.ms",
    }
)
"""librdkafka's own machinery: without a meaning for Java, where it is left out."""

TAKEN = frozenset({*SAME, *TRANSLATED, *NOT_IN_JAVA, *TUNING})
"""What a user may set. librdkafka itself takes more: mock brokers, and `topic.acks` for `acks`."""
