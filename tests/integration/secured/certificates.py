"""Certificates for one test run: an authority that is trusted, one that is not, and what they sign. All PEM files."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from waybill_sandbox.ports import LOOPBACK

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Certificate:
    """``both`` is key and certificate in one file, as Kafka's brokers want them."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    signed: x509.Certificate

    @property
    def certificate_file(self) -> Path:
        return self.folder / "certificate.pem"

    @property
    def key_file(self) -> Path:
        return self.folder / "key.pem"

    @property
    def both(self) -> Path:
        return self.folder / "both.pem"

    def encrypted_key(self, password: str) -> Path:
        file = self.folder / "encrypted.pem"
        file.write_bytes(_pem(self.key, serialization.BestAvailableEncryption(password.encode())))
        return file

    def pkcs12(self, password: str) -> Path:
        file = self.folder / "store.p12"
        protected = serialization.BestAvailableEncryption(password.encode())
        file.write_bytes(
            pkcs12.serialize_key_and_certificates(b"client", self.key, self.signed, None, protected)
        )
        return file


@dataclass(frozen=True)
class Authority:
    """``file`` is what clients trust."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    signed: x509.Certificate

    @property
    def file(self) -> Path:
        return self.folder / "ca.pem"

    def issue(self, name: str, host: str | None = None, *, expired: bool = False) -> Certificate:
        """For a server on ``host``, a name or an address, or for a client."""
        key = ec.generate_private_key(ec.SECP256R1())
        begin = datetime.now(UTC) - (30 * _DAY if expired else _DAY)
        builder = _begun(name, key, begin, begin + (20 * _DAY if expired else 30 * _DAY), self.signed.subject)
        if host is not None:
            builder = builder.add_extension(x509.SubjectAlternativeName([_general(host)]), critical=False)
        found = Certificate(self.folder / name, key, builder.sign(self.key, hashes.SHA256()))
        found.folder.mkdir()
        secret, public = _pem(key), found.signed.public_bytes(serialization.Encoding.PEM)
        found.key_file.touch(mode=0o600)
        found.key_file.write_bytes(secret)
        found.certificate_file.write_bytes(public)
        found.both.write_bytes(secret + public)
        return found


def new_authority(folder: Path, name: str) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begin = datetime.now(UTC) - 60 * _DAY
    builder = _begun(name, key, begin, begin + 400 * _DAY, subject)
    signed = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    found = Authority(folder / name, key, signed.sign(key, hashes.SHA256()))
    found.folder.mkdir(parents=True)
    found.file.write_bytes(found.signed.public_bytes(serialization.Encoding.PEM))
    return found


def _begun(
    name: str, key: ec.EllipticCurvePrivateKey, begin: datetime, end: datetime, issuer: x509.Name
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
    )


def _general(host: str) -> x509.GeneralName:
    return x509.IPAddress(ipaddress.ip_address(host)) if host == LOOPBACK else x509.DNSName(host)


def _pem(
    key: ec.EllipticCurvePrivateKey, protected: serialization.KeySerializationEncryption | None = None
) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        protected or serialization.NoEncryption(),
    )
