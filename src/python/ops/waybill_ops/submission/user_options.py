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
import os
import pwd
from collections.abc import Mapping
from pathlib import Path
from shlex import quote

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


def options_for_user(cache: Path, environ: Mapping[str, str]) -> tuple[str, ...]:
    """The JVM's options where this process's user has no name, else none. The class is put below ``cache``."""
    uid = os.getuid()
    try:
        pwd.getpwuid(uid)
    except KeyError:
        folder = cache / "java" / _MODULE
        _keep(folder / _CLASS)
        name = environ.get("HADOOP_USER_NAME") or f"uid{uid}"
        home = environ.get("HOME") or str(cache)
        return (
            f"--patch-module={_MODULE}={quote(str(folder))}",
            f"-Duser.name={quote(name)}",
            f"-Duser.home={quote(home)}",
        )
    return ()


def _keep(path: Path) -> None:
    """Under its name only when whole."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_bytes(_CODE)
        draft.replace(path)
