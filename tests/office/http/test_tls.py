"""The office over TLS by certificate files."""

import ssl
import urllib.request
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from fieldkit.office.errors import OfficeFault
from fieldkit.office.http.serve import Tls, serve, serving
from tests.sync.exchange import World


def certificate(folder: Path, name: str = "office") -> Tls:
    """A certificate for loopback that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "fieldkit test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    files = Tls(folder / f"{name}.pem", folder / f"{name}.key")
    files.certificate.write_bytes(made.public_bytes(Encoding.PEM))
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    files.key.write_bytes(pem)
    return files


def test_the_office_answers_with_its_certificate(here: World, tmp_path: Path) -> None:
    files = certificate(tmp_path)
    trusting = ssl.create_default_context(cafile=str(files.certificate))
    with (
        serving(here.office, tls=files) as url,
        urllib.request.urlopen(f"{url}/health", context=trusting, timeout=10) as answer,
    ):
        assert url.startswith("https://")
        assert answer.read() == b'{"status":"ok"}'


def test_files_that_do_not_belong_together_are_named(here: World, tmp_path: Path) -> None:
    one, two = certificate(tmp_path), certificate(tmp_path, "other")
    for wrong in (Tls(one.certificate, two.key), Tls(one.certificate, tmp_path / "none")):
        with pytest.raises(OfficeFault, match="certificate"):
            serve(here.office, port=0, tls=wrong)
