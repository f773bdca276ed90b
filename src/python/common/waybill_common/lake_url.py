"""Reading a lake's URL. Nothing in it is decoded: ``%``, ``#``, ``?`` and blanks stand for themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Scheme = Literal["file", "s3", "gs"]

_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(.*)", re.DOTALL)
_USER = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/*[^/]*@")
_MAYBE_USER = re.compile(
    r"(?:(?::|//).*|^[^/\s]*)(?:@|%(?:25)*40)"  # a user, wherever it stands
    r"|^[A-Za-z][A-Za-z0-9+.-]*:/*[^/?#\s]*:(?![0-9]{1,5}(?:[/?#,\s]|$))"  # what is no port, and so a password
    r"|^[A-Za-z][A-Za-z0-9+.-]*:/.*[;#]",  # options, and what follows a page's address
    re.DOTALL,
)
"""For messages alone, so it errs on the side of silence."""

_ASSIGNED = re.compile(r"(secret|password|passphrase|key|token|credential|jaas)\S*\s*=", re.IGNORECASE)
"""A property and its value, where no property belongs."""

# What pyarrow, fsspec and others take as options in a URL; several of them are secrets.
_OPTION = re.compile(
    r"[?&](region|scheme|profile|endpoint(_url|_override)?|(aws_)?access_key(_id)?|(aws_)?secret((_access)?_key)?"
    r"|(aws_)?session_token|allow_bucket_(creation|deletion)|anonymous|versionId|X-Amz-[A-Za-z]+)=",
    re.IGNORECASE,
)
# XML, in which S3 lists keys, has no place for these; a path has none for the first.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LONGEST_FOLDER = 3_000
"""In bytes. Linux takes 4,096, names of ours included."""
_HINTS = {
    "s3a": "write s3://: s3a is Hadoop's name for it",
    "s3n": "write s3://: s3n is Hadoop's name for it",
    "gcs": "write gs://",
    "az": "Azure is not among them: no auditor of it was ever tried",
    "abfs": "Azure is not among them: no auditor of it was ever tried",
    "abfss": "Azure is not among them: no auditor of it was ever tried",
    "http": "an S3 server's address belongs into lake.endpoint",
    "https": "an S3 server's address belongs into lake.endpoint",
}


@dataclass(frozen=True)
class LakeUrl:
    """``text`` as the user wrote it, without the slash at its end.

    ``path`` is an absolute folder where ``scheme`` is ``file``, else the prefix in ``bucket``, without slashes at its
    ends; empty for the whole bucket.
    """

    text: str
    scheme: Scheme
    bucket: str
    path: str

    @property
    def base(self) -> str:
        """The folder, or the bucket with its prefix, as pyarrow's file systems name it."""
        return "/".join(part for part in (self.bucket, self.path) if part)


def may_hold_secret(text: str) -> bool:
    """Whether a text may be an address with a user or options, or a list of properties; messages don't show it."""
    return any(one.search(text) for one in (_MAYBE_USER, _OPTION, _ASSIGNED))


def parse_location_url(text: str) -> LakeUrl:
    """Raises ``ValueError``, whose text says what is wrong and never holds more of ``text`` than its scheme."""
    if _USER.match(text):
        raise ValueError(
            "it has a user in it; keys belong into lake.access_key_id and lake.secret_access_key"
        )
    if option := _OPTION.search(text):
        raise ValueError(f"`{option[1]}` looks like an option; each has a setting of its own")
    if bad := _UNPRINTABLE.search(text):
        raise ValueError(f"it has the character {bad[0]!r} in it, which no object's name can have")
    if text.startswith("/"):
        return LakeUrl(_trimmed(text), "file", "", _folder(text))
    match = _SCHEME.fullmatch(text)
    if match is None:
        raise ValueError(
            "it is no absolute folder and has no scheme; write /folder, s3://bucket/prefix or gs://…"
        )
    scheme, rest = match[1], match[2]
    if scheme == "file":
        if not rest.startswith("///"):
            raise ValueError("a folder is file:///folder or /folder, on this machine")
        return LakeUrl(_trimmed(text), "file", "", _folder(rest.removeprefix("//")))
    if scheme not in ("s3", "gs"):
        why = _HINTS.get(scheme.lower(), "schemes are written in small letters: file, s3, gs")
        raise ValueError(f"{scheme}: is no scheme of a lake; {why}")
    if not rest.startswith("//"):
        raise ValueError(f"write {scheme}://bucket/prefix")
    bucket, _, prefix = rest.removeprefix("//").partition("/")
    if not _BUCKET.fullmatch(bucket):
        raise ValueError("what follows the scheme is no bucket's name" if bucket else "it names no bucket")
    return LakeUrl(_trimmed(text), "s3" if scheme == "s3" else "gs", bucket, _parts(prefix))


def _folder(path: str) -> str:
    if path.strip("/") == "":
        raise ValueError("the root of all folders can't be a lake")
    folder = "/" + _parts(path.removeprefix("/"))
    if len(folder.encode()) > _LONGEST_FOLDER or any(len(one.encode()) > 255 for one in folder.split("/")):
        raise ValueError(f"its path has more than {_LONGEST_FOLDER:,} bytes, or a part of it more than 255")
    return folder


def _parts(path: str) -> str:
    """Checked. One slash at the end is allowed."""
    if not path:
        return ""
    path = path.removesuffix("/")
    for part in path.split("/"):
        if part == "":
            raise ValueError("it has an empty part (`//`), which one client drops and another one keeps")
        if part in (".", ".."):
            raise ValueError(f"it has the part `{part}`, which stands for another place")
    return path


def _trimmed(text: str) -> str:
    return text.removesuffix("/")
