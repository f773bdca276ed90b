"""A TLS server on loopback, with certificates of its own for 127.0.0.1. Its key is for tests and protects nothing."""

from __future__ import annotations

import contextlib
import socket
import ssl
from pathlib import Path

from unit.producer.wire import Talk

KEY = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgN2UMwyMd2W6qNnfo
WaaCucZ3bUvKEcnOPicvWjLLLlihRANCAASFUt9gTlBZ78RrlKh9OOjyWmvG6u0J
5nDBhhSGoPJ/7mLfQdYGr+SWCzBZCV9TA7sZdnbbybvtBX4OStQ7WHYQ
-----END PRIVATE KEY-----
"""
VALID = """\
-----BEGIN CERTIFICATE-----
MIIBdDCCARugAwIBAgIUQDrnCR6T8+OhAwa4nLulcBFr6kwwCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMV2F5YmlsbCB0ZXN0MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjYw
MTAxMDAwMDAwWjAXMRUwEwYDVQQDDAxXYXliaWxsIHRlc3QwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAASFUt9gTlBZ78RrlKh9OOjyWmvG6u0J5nDBhhSGoPJ/7mLf
QdYGr+SWCzBZCV9TA7sZdnbbybvtBX4OStQ7WHYQo0MwQTAPBgNVHREECDAGhwR/
AAABMA8GA1UdEwEB/wQFMAMBAf8wHQYDVR0OBBYEFGVPgf4kS/0DNxTStLT5cT32
BCmXMAoGCCqGSM49BAMCA0cAMEQCIGGaq/Px5QSap1JyVP6flcOo3GF+SySSSA/R
euUwobsvAiAtiRzjOWhfs1HbVynnQClM3X23BxQtQRR5KjvDGwNqgg==
-----END CERTIFICATE-----
"""
EXPIRED = """\
-----BEGIN CERTIFICATE-----
MIIBczCCARmgAwIBAgIUPADwJ96drmxXsO5zquuPEYXnkvgwCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMV2F5YmlsbCB0ZXN0MB4XDTIwMDEwMTAwMDAwMFoXDTIxMDEw
MTAwMDAwMFowFzEVMBMGA1UEAwwMV2F5YmlsbCB0ZXN0MFkwEwYHKoZIzj0CAQYI
KoZIzj0DAQcDQgAEhVLfYE5QWe/Ea5SofTjo8lprxurtCeZwwYYUhqDyf+5i30HW
Bq/klgswWQlfUwO7GXZ228m77QV+DkrUO1h2EKNDMEEwDwYDVR0RBAgwBocEfwAA
ATAPBgNVHRMBAf8EBTADAQH/MB0GA1UdDgQWBBRlT4H+JEv9AzcU0rS0+XE99gQp
lzAKBggqhkjOPQQDAgNIADBFAiEAymPygpmUS3Z8weFgz8qGdPeVMQqQ05QnCsXw
K8vQRpoCIHIREPcFGVCCMnMVm0kbhBdActVVM+WNtukmRV2FLAIr
-----END CERTIFICATE-----
"""


def over_tls(talk: Talk, certificate: str, folder: Path) -> Talk:
    """``talk`` for a client that completes the handshake."""
    file = folder / "server.pem"
    file.write_text(KEY + certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)

    def secured(sock: socket.socket) -> None:
        with contextlib.suppress(ssl.SSLError), context.wrap_socket(sock, server_side=True) as inner:
            inner.recv(65536)
            talk(inner)

    return secured
