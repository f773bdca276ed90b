"""Keys that expire are renewed in a long run, by both clients; and whose fault it is where there are none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from botocore import exceptions as aws
from edges.servers import Refuser, Reply, serving

from waybill_common.errors import LakeRefused, LakeUnavailable, SettingsRefused, WaybillError
from waybill_common.lake import open_lake, store_client
from waybill_common.lake_location.resolve import LakeLocation
from waybill_common.lake_location.store_keys import Keys, aws_errors
from waybill_common.settings import LakeSettings
from waybill_ops.file_system import FileSystems


@dataclass
class Rotating:
    """Other keys each time, or an error."""

    keys: Iterator[Keys | WaybillError]

    def now(self) -> Keys:
        found = next(self.keys)
        if isinstance(found, WaybillError):
            raise found
        return found


def signers(server: Refuser) -> list[str]:
    signed = [request.headers["authorization"] for request in server.seen]
    return [one.partition("Credential=")[2].partition("/")[0] for one in signed]


def wrapped(met: Exception) -> Exception:
    """As botocore does it: without naming what it met as the cause."""
    error: Exception = aws.CredentialRetrievalError(provider="container-role", error_msg="x")
    error.__context__ = met
    return error


def rotating(*found: Keys | WaybillError) -> Rotating:
    return Rotating(iter(found))


def lake_at(endpoint: str) -> LakeSettings:
    known = {"url": "s3://bucket/x", "endpoint": endpoint, "access_key_id": "a", "secret_access_key": "b"}
    return LakeSettings.model_validate(known)


def with_credentials(place: LakeLocation, credentials: Rotating) -> LakeLocation:
    assert place.s3 is not None
    return replace(place, s3=replace(place.s3, credentials=credentials))


def test_both_clients_sign_with_the_keys_of_the_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_client, "_ONCE", timedelta(0))
    with serving(Refuser(Reply(404))) as server:
        assert isinstance(server, Refuser)
        lake, systems = open_lake(lake_at(server.endpoint), "names"), FileSystems(lake_at(server.endpoint))
        three = [Keys("first", "s"), Keys("second", "s", "token"), Keys("third", "s")]
        writer = with_credentials(lake.location, rotating(*three))
        lake.__dict__["_client"] = store_client.open_client(writer, timeout=5)
        systems.location = with_credentials(systems.location, rotating(*three))
        for _ in three:
            assert lake.get("key") is None
        assert signers(server) == ["first", "second", "third"]
        assert [request.headers.get("x-amz-security-token") for request in server.seen] == [
            None,
            "token",
            None,
        ]
        server.seen.clear()
        for _ in three:
            systems.current().get_file_info("bucket/x/key")
        assert list(dict.fromkeys(signers(server))) == ["first", "second", "third"]


def test_an_error_of_the_keys_reaches_the_writer_whole() -> None:
    lost = LakeRefused("The keys are gone.", allowed="keys.", remedy="renew them.")
    lake = open_lake(lake_at("http://127.0.0.1:1"), "names")
    lake.__dict__["_client"] = store_client.open_client(
        with_credentials(lake.location, rotating(lost)), timeout=5
    )
    with pytest.raises(LakeRefused, match="keys are gone"):
        lake.get("key")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (aws.ProfileNotFound(profile="nobody"), SettingsRefused),
        (aws.PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"), SettingsRefused),
        (aws.ConfigParseError(path="/home/x/.aws/config"), SettingsRefused),
        (aws.EndpointConnectionError(endpoint_url="https://sts"), LakeUnavailable),
        (aws.ReadTimeoutError(endpoint_url="https://sts"), LakeUnavailable),
        (aws.SSLError(endpoint_url="https://sts", error="x"), LakeRefused),
        (
            aws.ClientError({"Error": {"Code": "ExpiredTokenException", "Message": "x"}}, "AssumeRole"),
            LakeRefused,
        ),
        (aws.CredentialRetrievalError(provider="process", error_msg="x"), LakeRefused),
        (
            aws.ClientError(
                {"Error": {"Code": "x"}, "ResponseMetadata": {"HTTPStatusCode": 503}},
                "AssumeRole",
            ),
            LakeUnavailable,
        ),
        (wrapped(aws.ConnectTimeoutError(endpoint_url="http://169.254.170.23")), LakeUnavailable),
        (ValueError("Unsupported host"), SettingsRefused),
        (AttributeError("'list' object has no attribute 'get'"), SettingsRefused),
        (RuntimeError("the refreshed credentials are still expired"), LakeRefused),
        (aws.UnauthorizedSSOTokenError(), LakeRefused),
        (FileNotFoundError("no token"), LakeRefused),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value.__name__,
)
def test_what_botocore_says_is_the_settings_fault_the_lakes_or_a_moments(
    error: Exception, kind: type[WaybillError]
) -> None:
    with pytest.raises(kind), aws_errors():
        raise error


@pytest.mark.parametrize("key", ["", " ", "a\nb", 5, None], ids=repr)
def test_keys_of_a_process_or_a_file_may_be_anything_and_are_refused(key: object) -> None:
    with pytest.raises(SettingsRefused, match="access key id"):
        Keys(key, "hush")  # type: ignore[arg-type]  # botocore checks nothing
