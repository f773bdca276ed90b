"""A user without an entry in the machine's list of users, as containers often have one, and what a JVM needs then.

Java finds no name for such a user id, and Hadoop's login, which Spark goes through whatever it reads, ends over that:
no variable or property of Hadoop's comes before it. Java's login asks its class ``UnixSystem`` for the name. So that
class is replaced, for this one JVM, by one that tells ``user.name``::

    package com.sun.security.auth.module;

    public class UnixSystem {
        protected String username = System.getProperty("user.name");
        protected long uid;
        protected long gid;
        protected long[] groups = {};

        public String getUsername() { return username; }
        public long getUid() { return uid; }
        public long getGid() { return gid; }
        public long[] getGroups() { return groups.clone(); }
    }
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import pwd
import tempfile
from collections.abc import Mapping
from pathlib import Path
from shlex import quote

from waybill_common.private_folder import close_to_others, make_private, require_private
from waybill_ops.submission.cache import ELSEWHERE, Cache
from waybill_ops.submission.kept_parts import require_parts

_MODULE = "jdk.security.auth"
_CLASS = Path("com/sun/security/auth/module/UnixSystem.class")

# javac 17 -g:none --patch-module jdk.security.auth=SRC
_CODE = base64.b64decode(
    """
yv66vgAAAD0ALQoAAgADBwAEDAAFAAYBABBqYXZhL2xhbmcvT2JqZWN0AQAGPGluaXQ+AQADKClWCAAIAQAJdXNlci5uYW1lCgAK
AAsHAAwMAA0ADgEAEGphdmEvbGFuZy9TeXN0ZW0BAAtnZXRQcm9wZXJ0eQEAJihMamF2YS9sYW5nL1N0cmluZzspTGphdmEvbGFu
Zy9TdHJpbmc7CQAQABEHABIMABMAFAEAJ2NvbS9zdW4vc2VjdXJpdHkvYXV0aC9tb2R1bGUvVW5peFN5c3RlbQEACHVzZXJuYW1l
AQASTGphdmEvbGFuZy9TdHJpbmc7CQAQABYMABcAGAEABmdyb3VwcwEAAltKCQAQABoMABsAHAEAA3VpZAEAAUoJABAAHgwAHwAc
AQADZ2lkCgAhACIHABgMACMAJAEABWNsb25lAQAUKClMamF2YS9sYW5nL09iamVjdDsBAARDb2RlAQALZ2V0VXNlcm5hbWUBABQo
KUxqYXZhL2xhbmcvU3RyaW5nOwEABmdldFVpZAEAAygpSgEABmdldEdpZAEACWdldEdyb3VwcwEABCgpW0oAIQAQAAIAAAAEAAQA
EwAUAAAABAAbABwAAAAEAB8AHAAAAAQAFwAYAAAABQABAAUABgABACUAAAAhAAIAAQAAABUqtwABKhIHuAAJtQAPKgO8C7UAFbEA
AAAAAAEAJgAnAAEAJQAAABEAAQABAAAABSq0AA+wAAAAAAABACgAKQABACUAAAARAAIAAQAAAAUqtAAZrQAAAAAAAQAqACkAAQAl
AAAAEQACAAEAAAAFKrQAHa0AAAAAAAEAKwAsAAEAJQAAABcAAQABAAAACyq0ABW2ACDAACGwAAAAAAAA
"""
)


def options_for_user(cache: Cache, environ: Mapping[str, str]) -> tuple[str, ...]:
    """The JVM's options where this process's user has no name, else none. The class is put below ``cache``.

    Raises ``EnvironmentMissing`` where another user could change it, or has.
    """
    uid = os.getuid()
    try:
        pwd.getpwuid(uid)
    except KeyError:
        folder = cache.part("java") / hashlib.sha256(_CODE).hexdigest()[:16]
        _keep(folder)
        name = environ.get("HADOOP_USER_NAME") or f"uid{uid}"
        home = environ.get("HOME") or str(folder)
        return (
            f"--patch-module={_MODULE}={quote(str(folder))}",
            f"-Duser.name={quote(name)}",
            f"-Duser.home={quote(home)}",
        )
    return ()


def _keep(folder: Path) -> None:
    """The whole folder at once."""
    if not folder.exists():
        make_private(folder.parent, remedy=ELSEWHERE)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".making-") as draft:
            made = Path(draft) / "classes"
            (made / _CLASS).parent.mkdir(mode=0o700, parents=True)
            (made / _CLASS).write_bytes(_CODE)
            for one in (made, *made.rglob("*")):
                close_to_others(one)
            try:
                made.rename(folder)
            except OSError:
                if not folder.is_dir():  # of two processes at once, either's will do
                    raise
    require_private(folder, remedy=ELSEWHERE)
    require_parts(folder, {str(_CLASS): io.BytesIO(_CODE)}, "this release")
