"""One list of the ways to write a lake's place and keys that work, and one of those that don't."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from edges.case import Case, World
from edges.certificates import Authority
from edges.servers import Gate, Metadata, Pass, Refuser, Reply, refusal, serving

Env = Callable[[World], Mapping[str, str | None]]

HOSTILE = {
    "percent": "a%20b",
    "hash": "a#b",
    "question mark": "a?b",
    "blanks": " a  b ",
    "other letters": "ü é 名 🎉",
    "e and accent": "e\u0301",
    "signs": "a+b&c=d;e:f@g,h!$'()",
    "brackets": '[a]*{b}~^`|<>"',
    "backslash": "a\\b[c]*",
    "broken escape": "50%off%zz%",
    "dots": "...a..b.",
}
"""Names of a folder or a part of a prefix, each of them literal."""

_ALL = "50%20 #a?b [c]* é"
_KEYS = {"WAYBILL_LAKE__ACCESS_KEY_ID": "edges", "WAYBILL_LAKE__SECRET_ACCESS_KEY": "a secret of edges"}
_OWN = {"AWS_ACCESS_KEY_ID": "machine", "AWS_SECRET_ACCESS_KEY": "a secret of the machine"}
_SHARED = "[default]\naws_access_key_id = nobody\naws_secret_access_key = nothing\n\n[some one]\n{keys}\n"
_PROFILE = "aws_access_key_id = profile\naws_secret_access_key = a secret of the profile"


def folder(name: str, before: str = "", after: str = "") -> Env:
    return lambda world: {"WAYBILL_LAKE__URL": f"{before}{world.folder}/{name}{after}"}


def bucket(prefix: str, **more: str | None) -> Env:
    return lambda world: {
        "WAYBILL_LAKE__URL": f"s3://waybill/{world.folder.name}/{prefix}",
        "WAYBILL_LAKE__ENDPOINT": world.s3,
        **_KEYS,
        **more,
    }


def gated(allowed: Pass, env: Callable[[World, str], Mapping[str, str | None]], *, tls: bool = False) -> Env:
    """``env`` gets the gate's address, in front of the S3 server."""

    def made(world: World) -> Mapping[str, str | None]:
        gate = Gate(world.s3, allowed)
        context = Authority(world.folder).server("127.0.0.1") if tls else None
        world.running.enter_context(serving(gate, context))
        address = gate.endpoint.replace("http:", "https:") if tls else gate.endpoint
        return {
            "WAYBILL_LAKE__URL": f"s3://waybill/{world.folder.name}",
            "WAYBILL_LAKE__ENDPOINT": f"{address}{allowed.path}",
            **env(world, f"{address}{allowed.path}"),
        }

    return made


def shared_files(world: World) -> Mapping[str, str]:
    """A profile with a blank in its name, in files that lie elsewhere than usual."""
    keys = world.file("aws/keys", _SHARED.format(keys=_PROFILE))
    config = world.file("aws/config", '[profile "some one"]\nregion = eu-west-1\n')
    return {
        "AWS_PROFILE": "some one",
        "AWS_SHARED_CREDENTIALS_FILE": str(keys),
        "AWS_CONFIG_FILE": str(config),
    }


def usual_files(world: World, endpoint: str) -> Mapping[str, str | None]:
    """Everything in ``~/.aws``, the endpoint too; nothing in the settings but a bucket and an odd prefix."""
    world.file(".aws/credentials", f"[default]\n{_PROFILE}\n")
    world.file(".aws/config", f"[default]\nregion = eu-west-1\nendpoint_url = {endpoint}\n")
    return {
        "WAYBILL_LAKE__ENDPOINT": None,
        "WAYBILL_LAKE__URL": f"s3://waybill/{world.folder.name}/{_ALL}",
    }


def process(world: World, _endpoint: str) -> Mapping[str, str]:
    found = {"Version": 1, "AccessKeyId": "process", "SecretAccessKey": "s", "SessionToken": "of a process"}
    script = world.file("keys.py", f"print({json.dumps(found)!r})")
    command = shlex.join([sys.executable, str(script)])
    world.file(".aws/config", f"[default]\ncredential_process = {command}\n")
    return {}


def metadata_keys(name: str) -> dict[str, str]:
    """They expire within botocore's own margin, so that each use of them renews them."""
    expires = datetime.now(UTC) + timedelta(minutes=12)
    return {
        "Code": "Success",
        "Type": "AWS-HMAC",
        "AccessKeyId": name,
        "SecretAccessKey": "s",
        "Token": f"of a {name}",
        "Expiration": expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def container(world: World, _endpoint: str) -> Mapping[str, str | None]:
    server = world.running.enter_context(serving(Metadata(metadata_keys("container"))))
    return {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{server.endpoint}/keys"}


def instance(world: World, _endpoint: str) -> Mapping[str, str | None]:
    server = world.running.enter_context(serving(Metadata(metadata_keys("instance"))))
    return {"AWS_EC2_METADATA_SERVICE_ENDPOINT": server.endpoint, "AWS_EC2_METADATA_DISABLED": None}


def web_identity(world: World, _endpoint: str) -> Mapping[str, str | None]:
    token = world.file("token", "a web identity's token")
    return {
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(token),
        "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/waybill",
        "AWS_ENDPOINT_URL_STS": world.s3,
        "AWS_REGION": "us-east-1",
    }


def by_proxy(world: World, _endpoint: str) -> Mapping[str, str | None]:
    """The store's own address leads nowhere: only a proxy gets there."""
    proxy = world.running.enter_context(serving(Gate(world.s3, Pass(key="edges"))))
    return {
        "WAYBILL_LAKE__ENDPOINT": "http://store.invalid:9000",
        "HTTP_PROXY": proxy.endpoint,
        "NO_PROXY": "elsewhere.example,10.0.0.0/8",
        **_KEYS,
    }


FORMS = (
    Case("folder: all of them", "folder", "lake", folder(_ALL)),
    *(Case(f"folder: {name}", "folder", "lake", folder(part)) for name, part in HOSTILE.items()),
    Case("folder: file URL", "folder", "lake", folder("a%20b#c", "file://", "/")),
    Case("prefix: all of them", "prefix", "lake", bucket(_ALL)),
    *(Case(f"prefix: {name}", "prefix", "lake", bucket(part)) for name, part in HOSTILE.items()),
    Case("prefix: two parts and a slash", "prefix", "lake", bucket("a%20b/c#d/")),
    Case(
        "keys: explicit, others around",
        "keys",
        "lake",
        gated(Pass(key="edges"), lambda *_: {**_KEYS, **_OWN, "AWS_SESSION_TOKEN": "of the machine"}),
    ),
    Case(
        "keys: explicit with a token",
        "keys",
        "lake",
        gated(
            Pass(key="edges", token="of edges"),
            lambda *_: {**_KEYS, "WAYBILL_LAKE__SESSION_TOKEN": "of edges"},
        ),
    ),
    Case("keys: variables", "keys", "lake", gated(Pass(key="machine"), lambda *_: _OWN)),
    Case(
        "keys: variables with a token",
        "keys",
        "lake",
        gated(Pass(key="machine", token="of it"), lambda *_: {**_OWN, "AWS_SESSION_TOKEN": "of it"}),
    ),
    Case(
        "keys: profile in files elsewhere",
        "keys",
        "lake",
        gated(Pass(key="profile", region="eu-west-1"), lambda world, _: shared_files(world)),
    ),
    Case(
        "keys: usual files, all in them",
        "keys",
        "lake",
        gated(Pass(key="profile", region="eu-west-1", path="/of/a/gateway"), usual_files),
        in_ci=True,
    ),
    Case("keys: process", "keys", "lake", gated(Pass(key="process", token="of a process"), process)),
    Case("keys: container", "keys", "lake", gated(Pass(key="container", token="of a container"), container)),
    Case("keys: instance", "keys", "lake", gated(Pass(key="instance", token="of a instance"), instance)),
    Case("keys: web identity", "keys", "lake", gated(Pass(any_token=True), web_identity)),
    Case(
        "way: endpoint with a path",
        "way",
        "lake",
        gated(Pass(key="edges", path="/of/a%20gateway"), lambda *_: _KEYS),
    ),
    Case(
        "way: AWS_ENDPOINT_URL",
        "way",
        "lake",
        gated(
            Pass(key="edges"),
            lambda _, at: {**_KEYS, "WAYBILL_LAKE__ENDPOINT": None, "AWS_ENDPOINT_URL": at},
        ),
    ),
    Case(
        "way: AWS_ENDPOINT_URL_S3 first",
        "way",
        "lake",
        gated(
            Pass(key="edges"),
            lambda _, at: {
                **_KEYS,
                "WAYBILL_LAKE__ENDPOINT": None,
                "AWS_ENDPOINT_URL_S3": at,
                "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
            },
        ),
    ),
    Case(
        "way: setting before AWS_ENDPOINT_URL",
        "way",
        "lake",
        gated(Pass(key="edges"), lambda *_: {**_KEYS, "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1"}),
    ),
    Case(
        "way: AWS_REGION",
        "way",
        "lake",
        gated(
            Pass(key="edges", region="eu-south-2"),
            lambda *_: {**_KEYS, "AWS_REGION": "eu-south-2", "AWS_DEFAULT_REGION": "eu-west-1"},
        ),
    ),
    Case("way: proxy", "way", "lake", lambda world: {**bucket("by proxy")(world), **by_proxy(world, "")}),
    Case(
        "way: NO_PROXY",
        "way",
        "lake",
        bucket("no proxy", HTTP_PROXY="http://127.0.0.1:1", NO_PROXY="10.0.0.0/8,127.0.0.0/8"),
    ),
    Case(
        "way: AWS_CA_BUNDLE",
        "way",
        "lake",
        gated(
            Pass(key="edges"),
            lambda world, _: {**_KEYS, "AWS_CA_BUNDLE": str(world.folder / "ca.pem")},
            tls=True,
        ),
    ),
    Case(
        "way: lake.ca_file",
        "way",
        "lake",
        gated(
            Pass(key="edges"),
            lambda world, _: {
                **_KEYS,
                "WAYBILL_LAKE__CA_FILE": str(world.folder / "ca.pem"),
                "AWS_CA_BUNDLE": "/no/such.pem",
            },
            tls=True,
        ),
    ),
    Case(
        "way: SSL_CERT_FILE",
        "way",
        "lake",
        gated(
            Pass(key="edges"),
            lambda world, _: {**_KEYS, "SSL_CERT_FILE": str(world.folder / "ca.pem")},
            tls=True,
        ),
    ),
    Case(
        "sse: aws:kms with a key",
        "sse",
        "lake",
        gated(
            Pass(
                key="edges",
                put={
                    "x-amz-server-side-encryption": "aws:kms",
                    "x-amz-server-side-encryption-aws-kms-key-id": "alias/waybill",
                },
            ),
            lambda *_: {
                **_KEYS,
                "WAYBILL_LAKE__SSE": "aws:kms",
                "WAYBILL_LAKE__SSE_KMS_KEY_ID": "alias/waybill",
            },
        ),
    ),
    Case(
        "sse: AES256",
        "sse",
        "lake",
        gated(
            Pass(key="edges", put={"x-amz-server-side-encryption": "AES256"}),
            lambda *_: {**_KEYS, "WAYBILL_LAKE__SSE": "AES256"},
        ),
    ),
    Case(
        "variables of obstore's own",
        "way",
        "lake",
        gated(
            Pass(key="edges"),
            lambda *_: {
                **_KEYS,
                "AWS_SKIP_SIGNATURE": "true",
                "AWS_CONDITIONAL_PUT": "disabled",
                "AWS_VIRTUAL_HOSTED_STYLE_REQUEST": "true",
                "AWS_BUCKET": "other",
                "AWS_S3_EXPRESS": "true",
                "AWS_REQUEST_PAYER": "true",
            },
        ),
    ),
)


def url(text: str) -> Env:
    return lambda _world: {"WAYBILL_LAKE__URL": text}


def with_keys(**env: str | None) -> Env:
    return lambda world: {
        "WAYBILL_LAKE__URL": "s3://waybill/x",
        "WAYBILL_LAKE__ENDPOINT": world.s3,
        **_KEYS,
        **env,
    }


def refused(reply: Reply) -> Env:
    def made(world: World) -> Mapping[str, str | None]:
        server = world.running.enter_context(serving(Refuser(reply)))
        return {"WAYBILL_LAKE__URL": "s3://waybill/x", "WAYBILL_LAKE__ENDPOINT": server.endpoint, **_KEYS}

    return made


def behind_tls(address: str, scheme: str = "https", *, trusted: bool = True, expired: bool = False) -> Env:
    def made(world: World) -> Mapping[str, str | None]:
        authority = Authority(world.folder)
        gate = Gate(world.s3, Pass())
        world.running.enter_context(serving(gate, authority.server(address, expired=expired)))
        return {
            "WAYBILL_LAKE__URL": "s3://waybill/x",
            "WAYBILL_LAKE__ENDPOINT": f"{scheme}://127.0.0.1:{gate.server_port}",
            **_KEYS,
            **({"AWS_CA_BUNDLE": str(authority.file)} if trusted else {}),
        }

    return made


_SECRET = "hush-hush-hush"  # it must not be seen

BAD_URLS = {
    "empty part": "s3://waybill/a//b",
    "dot": "s3://waybill/a/./b",
    "dots": "s3://waybill/a/../b",
    "two slashes at the end": "s3://waybill/a//",
    "two slashes after the bucket": "s3://waybill//",
    "a long name": f"/srv/{'x' * 256}",
    "a long path": f"/srv{'/x' * 1500}",
    "no bucket": "s3:///a",
    "bucket with a query": "s3://waybill?region=x",
    "bucket with a blank": "s3://way bill/a",
    "az": "az://container/a",
    "s3a": "s3a://waybill/a",
    "capitals": "S3://waybill/a",
    "http": "http://127.0.0.1:9000/waybill",
    "relative": "some/lake",
    "home": "~/lake",
    "two slashes at first": "//srv/lake",
    "folder with dots": "/srv/../lake",
    "folder with an empty part": "/srv//lake",
    "root": "/",
    "file with a host": "file://host/srv/lake",
    "file with one slash": "file:/srv/lake",
    "line feed": "/srv/la\nke",
    "empty": "",
}

_UNSET = {"WAYBILL_LAKE__ACCESS_KEY_ID": None, "WAYBILL_LAKE__SECRET_ACCESS_KEY": None}


def failing_process(world: World) -> Mapping[str, str | None]:
    world.file(".aws/config", "[default]\ncredential_process = false\n")
    return with_keys(**_UNSET)(world)


def refused_web_identity(world: World) -> Mapping[str, str | None]:
    said = refusal(400, "InvalidIdentityToken", "No OpenIDConnect provider found in your account")
    body = said.body.replace(b"<Error>", b"<ErrorResponse><Error>").replace(
        b"</Error>", b"</Error></ErrorResponse>"
    )
    sts = world.running.enter_context(serving(Refuser(replace(said, body=body))))
    return {**with_keys(**_UNSET)(world), **web_identity(world, ""), "AWS_ENDPOINT_URL_STS": sts.endpoint}


def no_web_identity(world: World) -> Mapping[str, str | None]:
    gone = {"AWS_WEB_IDENTITY_TOKEN_FILE": "/no/such/token"}
    return {**with_keys(**_UNSET)(world), **web_identity(world, ""), **gone}


def silent_instance(world: World) -> Mapping[str, str | None]:
    more = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:1", "AWS_EC2_METADATA_DISABLED": None}
    return {**with_keys(**_UNSET)(world), **more}


_DAGS_ELSEWHERE = {"dags publish": 0, "dags list": 0, "dags rollback": 0}
"""Of verbs that do not reach the lake, since versions of the DAGs have another place."""

MISTAKES = (
    *(
        Case(f"url: {name}", "url", "lake", url(text), 2, ("lake.url",), in_ci=name == "empty part")
        for name, text in BAD_URLS.items()
    ),
    Case("url: user", "url", "lake", url(f"s3://me:{_SECRET}@waybill/a"), 2, ("user",), (_SECRET,)),
    Case(
        "url: options",
        "url",
        "lake",
        url(f"s3://waybill/a?access_key=me&secret_key={_SECRET}"),
        2,
        ("option",),
        (_SECRET,),
    ),
    Case(
        "keys: no secret",
        "settings",
        "lake",
        with_keys(WAYBILL_LAKE__SECRET_ACCESS_KEY=None),
        2,
        ("lake.secret_access_key", "belong together"),
        in_ci=True,
    ),
    Case(
        "keys: secret alone",
        "settings",
        "lake",
        with_keys(WAYBILL_LAKE__ACCESS_KEY_ID=None),
        2,
        ("belong together",),
        ("a secret of edges",),
    ),
    Case(
        "keys: token alone",
        "settings",
        "lake",
        with_keys(
            WAYBILL_LAKE__ACCESS_KEY_ID=None,
            WAYBILL_LAKE__SECRET_ACCESS_KEY=None,
            WAYBILL_LAKE__SESSION_TOKEN=_SECRET,
        ),
        2,
        ("lake.session_token",),
        (_SECRET,),
    ),
    Case(
        "keys: half of them in variables",
        "settings",
        "lake",
        with_keys(
            WAYBILL_LAKE__ACCESS_KEY_ID=None,
            WAYBILL_LAKE__SECRET_ACCESS_KEY=None,
            AWS_ACCESS_KEY_ID="machine",
        ),
        2,
        ("AWS_SECRET_ACCESS_KEY",),
    ),
    Case(
        "keys: no such profile",
        "settings",
        "lake",
        with_keys(
            WAYBILL_LAKE__ACCESS_KEY_ID=None, WAYBILL_LAKE__SECRET_ACCESS_KEY=None, AWS_PROFILE="nobody"
        ),
        2,
        ("nobody",),
    ),
    Case(
        "sse: key without it",
        "settings",
        "lake",
        with_keys(WAYBILL_LAKE__SSE_KMS_KEY_ID="k"),
        2,
        ("lake.sse_kms_key_id",),
    ),
    Case(
        "sse: on a folder",
        "settings",
        "lake",
        lambda _world: {"WAYBILL_LAKE__SSE": "aws:kms"},
        2,
        ("lake.sse",),
        but=_DAGS_ELSEWHERE,
    ),
    Case(
        "sse: in obstore's variable",
        "settings",
        "lake",
        with_keys(AWS_SERVER_SIDE_ENCRYPTION="AES256"),
        2,
        ("AWS_SERVER_SIDE_ENCRYPTION", "lake.sse"),
    ),
    Case(
        "way: endpoint with a user",
        "settings",
        "lake",
        with_keys(WAYBILL_LAKE__ENDPOINT=f"http://me:{_SECRET}@127.0.0.1:1"),
        2,
        ("lake.endpoint",),
        (_SECRET,),
    ),
    Case(
        "way: endpoint with a query",
        "settings",
        "lake",
        with_keys(WAYBILL_LAKE__ENDPOINT="http://127.0.0.1:1/?x=y"),
        2,
        ("lake.endpoint",),
    ),
    Case(
        "way: AWS_ENDPOINT_URL is none",
        "settings",
        "lake",
        with_keys(WAYBILL_LAKE__ENDPOINT=None, AWS_ENDPOINT_URL="127.0.0.1:9000"),
        2,
        ("AWS_ENDPOINT_URL",),
    ),
    Case(
        "way: socks",
        "settings",
        "lake",
        with_keys(ALL_PROXY=f"socks5://me:{_SECRET}@127.0.0.1:1"),
        2,
        ("ALL_PROXY",),
        (_SECRET,),
    ),
    Case(
        "way: no such CA file",
        "settings",
        "lake",
        with_keys(WAYBILL_LAKE__ENDPOINT="https://127.0.0.1:1", AWS_CA_BUNDLE="/no/such.pem"),
        2,
        ("AWS_CA_BUNDLE",),
    ),
    Case(
        "way: no certificate in the CA file",
        "settings",
        "lake",
        with_keys(WAYBILL_LAKE__ENDPOINT="https://127.0.0.1:1", WAYBILL_LAKE__CA_FILE="/dev/null"),
        2,
        ("lake.ca_file", "/dev/null"),
    ),
    Case(
        "gs: endpoint",
        "settings",
        "lake",
        with_keys(WAYBILL_LAKE__URL="gs://waybill/x", WAYBILL_DAGS__URL="s3://waybill/dags of gs"),
        2,
        ("lake.endpoint",),
        but=_DAGS_ELSEWHERE,
    ),
    *(
        Case(
            f"S3: {code}",
            "refused",
            "lake",
            refused(refusal(status, code, message, **more)),
            31,
            # What is no more than a HEAD, or has no body for obstore, is told by its code alone.
            (code, "" if status in (301, 404) else message.replace("&amp;", "&").rstrip(".")),
            in_ci=code == "ExpiredToken",
        )
        for status, code, message, more in (
            (400, "ExpiredToken", "The provided token has expired.", {}),
            (400, "InvalidToken", "The provided token is malformed or otherwise invalid.", {}),
            (
                403,
                "InvalidAccessKeyId",
                "The AWS Access Key Id you provided does not exist in our records.",
                {},
            ),
            (
                403,
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match &amp; so on",
                {},
            ),
            (403, "AccessDenied", "User: arn:aws:iam::1:user/me is not authorized to perform this", {}),
            (403, "AllAccessDisabled", "All access to this object has been disabled", {}),
            (403, "AccountProblem", "There is a problem with your account", {}),
            (
                403,
                "RequestTimeTooSkewed",
                "The difference between the request time and the server's is too large.",
                {},
            ),
            (
                400,
                "AuthorizationHeaderMalformed",
                "The region 'us-east-1' is wrong; expecting 'eu-west-1'",
                {},
            ),
            (
                301,
                "PermanentRedirect",
                "The bucket must be addressed elsewhere",
                {"x_amz_bucket_region": "eu-west-1"},
            ),
            (404, "NoSuchBucket", "The specified bucket does not exist", {}),
            (400, "InvalidBucketName", "The specified bucket is not valid.", {}),
            (400, "KMS.DisabledException", "The key is disabled.", {}),
            (
                501,
                "NotImplemented",
                "A header you provided implies functionality that is not implemented.",
                {},
            ),
        )
    ),
    Case(
        "S3: a page instead",
        "refused",
        "lake",
        refused(Reply(403, b"<html>Blocked by Example</html>")),
        31,
    ),
    Case("TLS: unknown CA", "refused", "lake", behind_tls("127.0.0.1", trusted=False), 31, ("TLS", "CA")),
    Case("TLS: other host", "refused", "lake", behind_tls("elsewhere.example"), 31, ("TLS", "host")),
    Case("TLS: expired", "refused", "lake", behind_tls("127.0.0.1", expired=True), 31, ("TLS", "expired")),
    Case("TLS: asked without", "refused", "lake", behind_tls("127.0.0.1", "http"), 31, ("TLS", "https://")),
    Case(
        "TLS: the server has none",
        "refused",
        "lake",
        lambda world: {**with_keys()(world), "WAYBILL_LAKE__ENDPOINT": world.s3.replace("http:", "https:")},
        31,
        ("TLS",),
    ),
    Case(
        "keys: none at all",
        "refused",
        "lake",
        with_keys(WAYBILL_LAKE__ACCESS_KEY_ID=None, WAYBILL_LAKE__SECRET_ACCESS_KEY=None),
        31,
        ("No credentials",),
    ),
    Case("keys: process that fails", "refused", "lake", failing_process, 31, ("credentials", "process")),
    Case(
        "keys: web identity refused", "refused", "lake", refused_web_identity, 31, ("InvalidIdentityToken",)
    ),
    Case(
        "keys: web identity without a file",
        "refused",
        "lake",
        no_web_identity,
        31,
        ("credentials", "/no/such"),
    ),
    Case("keys: instance is silent", "refused", "lake", silent_instance, 31, ("No credentials",)),
    Case(
        "silence: nothing listens",
        "silence",
        "lake",
        with_keys(WAYBILL_LAKE__ENDPOINT="http://127.0.0.1:1", WAYBILL_LAKE__ATTEMPTS="1"),
        30,
        ("127.0.0.1:1",),
        in_ci=True,
    ),
    Case(
        "silence: no such host",
        "silence",
        "lake",
        with_keys(WAYBILL_LAKE__ENDPOINT="http://misspelled.invalid", WAYBILL_LAKE__ATTEMPTS="2"),
        30,
        ("misspelled.invalid", "spelled right"),
    ),
)
