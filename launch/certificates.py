"""A local authority and a server certificate for `make run TLS=1`; runs inside the virtual environment."""

import datetime as dt
import ipaddress
import socket
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from launch.place import VAR

FOLDER = VAR / "tls"
AUTHORITY_YEARS, SERVER_DAYS = 5, 365


def addresses() -> list[str]:
    """Every address by which this machine may be called."""
    found = {"127.0.0.1"}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            found.add(probe.getsockname()[0])
        except OSError:
            return sorted(found)
    return sorted(found)


def names() -> list[x509.GeneralName]:
    """What the server's certificate vouches for."""
    numbers = [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses()]
    return [x509.DNSName("localhost"), x509.DNSName(socket.gethostname()), *numbers]


def authority() -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """The authority that phones are told to trust; made once."""
    certificate, key = FOLDER / "ca.crt", FOLDER / "ca.key"
    if certificate.exists() and key.exists():
        kept = serialization.load_pem_private_key(key.read_bytes(), None)
        if isinstance(kept, ec.EllipticCurvePrivateKey):
            return x509.load_pem_x509_certificate(certificate.read_bytes()), kept
    made = ec.generate_private_key(ec.SECP256R1())
    name = _name("双减监管服务本机测试根证书")
    signed = (
        _draft(name, name, made, days=365 * AUTHORITY_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(made, hashes.SHA256())
    )
    _write(certificate, signed, key, made)
    return signed, made


def issue() -> None:
    """A certificate for today's addresses of this machine."""
    FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
    signer, signing_key = authority()
    made = ec.generate_private_key(ec.SECP256R1())
    signed = (
        _draft(_name(socket.gethostname()[:64]), signer.subject, made, days=SERVER_DAYS)
        .add_extension(x509.SubjectAlternativeName(names()), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(signing_key, hashes.SHA256())
    )
    _write(FOLDER / "server.crt", signed, FOLDER / "server.key", made)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _draft(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, *, days: int
) -> x509.CertificateBuilder:
    """What both kinds have in common."""
    begin = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + dt.timedelta(days=days))
    )


def _write(
    path: Path, certificate: x509.Certificate, key_path: Path, key: ec.EllipticCurvePrivateKey
) -> None:
    """The key first, readable by its owner alone."""
    key_path.touch(mode=0o600)
    key_path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


if __name__ == "__main__":
    issue()
