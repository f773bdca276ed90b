"""What botocore says in an error, fit for a message."""

from __future__ import annotations

from waybill_common.redaction import beginning

_PROCESS = "custom-process"
"""botocore's name for a program that a profile names."""

_MOST = 400


def aws_words(error: BaseException) -> str:
    """On one line, bounded, and without what a profile's ``credential_process`` wrote: there may be keys in that."""
    from botocore.exceptions import CredentialRetrievalError

    if isinstance(error, CredentialRetrievalError) and error.kwargs.get("provider") == _PROCESS:
        return "the profile's credential_process failed, or gave something else than credentials"
    return beginning(" ".join(str(error).split()), _MOST).rstrip(".")
