"""Whose keys sign a request: those of the settings, else the machine's own, as AWS's tools find them.

botocore is what AWS's command line rests on: it looks into variables, web identity, profile and shared files (SSO,
roles and credential processes among them), the container and the instance, in its documented order, and renews what
expires. docs/decisions/aws-credentials.md says what it costs.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from waybill_common.aws_words import aws_words
from waybill_common.errors import LakeRefused, LakeUnavailable, SettingsRefused, WaybillError
from waybill_common.redaction import hide_fetched

if TYPE_CHECKING:
    from botocore.session import Session


_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

# Of a service that gives out keys and is in trouble itself.
_BUSY = frozenset({"IDPCommunicationError", "RequestLimitExceeded", "Throttling", "ThrottlingException"})


@dataclass(frozen=True)
class Keys:
    """What one request is signed with. Raises ``SettingsRefused`` for what no client can send."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        parts: dict[str, object] = {
            "access key id": self.access_key_id,
            "secret access key": self.secret_access_key,
            "session token": "none" if self.session_token is None else self.session_token,
        }
        for name, part in parts.items():
            # A process or a file may give anything.
            if not isinstance(part, str) or not part.strip() or _CONTROL.search(part):
                raise SettingsRefused(
                    f"The {name} for the lake is empty, no text, or has a control character in it.",
                    allowed="one line of text.",
                    remedy="correct it in lake.access_key_id and the settings beside it, or where this machine has its "
                    "AWS credentials from.",
                )


class Credentials(Protocol):
    """``now`` may be asked before every request. Raises ``LakeRefused``, ``LakeUnavailable`` or ``SettingsRefused``."""

    def now(self) -> Keys: ...


@dataclass(frozen=True)
class SettingsKeys:
    """The settings' own. Nothing of the environment is mixed with them."""

    keys: Keys

    def now(self) -> Keys:
        return self.keys


@dataclass(frozen=True)
class Profile:
    """What the profile says besides keys; None where it says nothing. ``half``: it has a secret key without its id."""

    region: str | None = None
    endpoint: str | None = None
    ca: str | None = None
    half: bool = False


class MachineKeys:
    """AWS's own search, once for each process; botocore renews what it found before it expires."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: Any = None

    @property
    def session(self) -> Session:
        """Imported here: it takes a sixth of a second, which lakes with keys of their own don't need."""
        from botocore.session import get_session

        return get_session()

    def profile(self) -> Profile:
        from botocore.configprovider import ConfiguredEndpointProvider

        with aws_errors():
            session = self.session
            scoped = session.get_scoped_config()
            endpoint = ConfiguredEndpointProvider(session.full_config, scoped, "s3").provide()
            half = "aws_secret_access_key" in scoped and "aws_access_key_id" not in scoped
            return Profile(scoped.get("region"), endpoint, scoped.get("ca_bundle"), half)

    def now(self) -> Keys:
        with self._lock, aws_errors():
            if self._found is None:
                self._found = self.session.get_credentials()
            if self._found is None:
                raise LakeRefused(
                    "No credentials for the lake were found.",
                    allowed="lake.access_key_id and its secret; or variables, a web identity, a profile, a container's "
                    "or an instance's role, as AWS's tools find them.",
                    remedy="give this machine one of these; docs/lake.md lists them in their order.",
                )
            keys = self._found.get_frozen_credentials()
            found = Keys(keys.access_key, keys.secret_key, keys.token)
            hide_fetched(filter(None, (found.secret_access_key, found.session_token)))
            return found


@lru_cache(maxsize=4)
def machine(_environ: frozenset[tuple[str, str]]) -> MachineKeys:
    """One for each environment that there was: a process has one."""
    return MachineKeys()


@contextmanager
def aws_errors() -> Iterator[None]:
    """botocore's errors as ours: what is written wrong is the settings', what is refused or silent the lake's.

    For botocore alone: it lets through whatever its parsers raise.
    """
    try:
        yield
    except WaybillError:
        raise
    except Exception as error:
        raise _translated(error) from error


def _translated(error: BaseException) -> WaybillError:
    from botocore import exceptions as aws

    why = aws_words(error)
    written = (
        aws.ProfileNotFound,
        aws.ConfigNotFound,
        aws.ConfigParseError,
        aws.PartialCredentialsError,
        aws.InvalidConfigError,
        aws.InfiniteLoopConfigError,
        aws.UnknownCredentialError,
        aws.ValidationError,
        ValueError,
        TypeError,
        AttributeError,
        LookupError,
    )
    if isinstance(error, aws.ProfileNotFound):
        why = f"{why} (AWS_PROFILE or AWS_DEFAULT_PROFILE names it)"
    if isinstance(error, written):
        return SettingsRefused(
            f"The machine's AWS configuration can't be used: {why}.",
            allowed="what AWS's own tools take.",
            remedy="correct the variable or file that it is about, or unset it; `aws sts get-caller-identity` as this "
            "user meets the same.",
        )
    if _may_pass(error):
        return LakeUnavailable(
            f"The machine's AWS credentials could not be fetched: {why}.",
            allowed="an answer of the service that gives them out.",
            remedy="check that this machine reaches it, then run again.",
        )
    return LakeRefused(
        f"The machine's AWS credentials could not be had: {why}.",
        allowed="credentials that AWS's own tools can use here.",
        remedy="try `aws sts get-caller-identity` as this user, and correct what it names.",
    )


def _may_pass(error: BaseException) -> bool:
    """Whether the service that gives out keys did not answer, or is in trouble. botocore wraps what it met in errors of
    its own, without naming it as their cause."""
    from botocore import exceptions as aws

    if isinstance(error, aws.ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status >= 500 or status == 429 or error.response.get("Error", {}).get("Code") in _BUSY
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, aws.SSLError):
            return False
        if isinstance(found, aws.HTTPClientError | aws.ConnectionError):
            return True
        found = found.__cause__ or found.__context__
    return False


def signs_of_profiles(environ: Mapping[str, str]) -> bool:
    """Whether there may be a profile: one is named, or a file of them, or such a file lies where they usually do."""
    named = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")
    folder = Path(environ.get("HOME") or os.path.expanduser("~")) / ".aws"  # noqa: PTH111  # pathlib raises without a home
    return any(environ.get(name) for name in named) or any(
        (folder / name).is_file() for name in ("config", "credentials")
    )
