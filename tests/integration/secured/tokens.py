"""A token endpoint of OpenID Connect's client credentials, on loopback, and the keys that sign its tokens."""

from __future__ import annotations

import base64
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from integration.secured.broker import AUDIENCE

from waybill_sandbox.ports import LOOPBACK

CLIENT, SECRET = "ada", "a client's secret"


class Issuer:
    """Gives tokens of ``seconds`` to whoever has the secret; ``asked`` has the scope of each request."""

    def __init__(self, folder: Path) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.keys = folder / "keys.json"
        self.keys.write_text(json.dumps({"keys": [self._public()]}))
        self.seconds = 300
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer((LOOPBACK, 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self._server.server_port}/token"

    def properties(self, secret: str = SECRET) -> dict[str, str]:
        """librdkafka's, secret included."""
        return {
            "security.protocol": "SASL_SSL",
            "sasl.mechanism": "OAUTHBEARER",
            "sasl.oauthbearer.method": "oidc",
            "sasl.oauthbearer.client.id": CLIENT,
            "sasl.oauthbearer.client.secret": secret,
            "sasl.oauthbearer.scope": "kafka",
            "sasl.oauthbearer.token.endpoint.url": self.url,
        }

    def token(self) -> str:
        now = int(time.time())
        claims = {"sub": CLIENT, "aud": AUDIENCE, "iat": now, "exp": now + self.seconds, "scope": "kafka"}
        head = {"alg": "RS256", "typ": "JWT", "kid": "k1"}
        signed = ".".join(_encoded(json.dumps(part).encode()) for part in (head, claims))
        signature = self._key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{_encoded(signature)}"

    def _public(self) -> dict[str, str]:
        numbers = self._key.public_key().public_numbers()
        number = {"n": numbers.n, "e": numbers.e}
        encoded = {k: _encoded(v.to_bytes((v.bit_length() + 7) // 8, "big")) for k, v in number.items()}
        return {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "k1", **encoded}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                """Nothing."""

            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers.get("content-length", 0))).decode())
                issuer.asked.append(form.get("scope", [""])[0])
                told = self.headers.get("authorization", "")
                good = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
                code = 200 if told == f"Basic {good}" else 401
                answer = {
                    "access_token": issuer.token(),
                    "token_type": "Bearer",
                    "expires_in": issuer.seconds,
                }
                body = json.dumps(answer if code == 200 else {"error": "invalid_client"}).encode()
                self.send_response(code)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        return Handler

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
