"""Certificates of a system in containers: an authority of its own, and a certificate for each server that speaks TLS.

    python -m deploy.certificates [--renew] FOLDER

    FOLDER/public/ca.pem                      who trusts this authority, trusts its servers
    FOLDER/<server>/fullchain.pem, privkey.pem

What is there stays, until it is renewed: all of it then, since the authority's key is kept nowhere. The servers and those
who speak to them have to be started again after that.
"""

import ipaddress
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SERVERS = {"postgres": ("postgres",), "rabbitmq": ("rabbitmq",), "nginx": ("localhost", "127.0.0.1")}
"""The names by which each server is reached; nginx' are for a system on one's own machine."""
LIFE = timedelta(days=825)
SOON = timedelta(days=30)


class Authority:
    """A certificate authority, whose key is gone with this object."""

    def __init__(self, name: str = "Commerce"):
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{name} authority")])
        basic, usage = x509.BasicConstraints(ca=True, path_length=0), _usage(key_cert_sign=True, crl_sign=True)
        self.certificate = (
            self._builder(self._name, self._key.public_key())
            .add_extension(basic, critical=True)
            .add_extension(usage, critical=True)
            .sign(self._key, hashes.SHA256())
        )

    def write(self, file: Path) -> None:
        """Write the authority's certificate."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def issue(self, folder: Path, *hosts: str) -> None:
        """Write a certificate for a server that is reached as `hosts`, and its key (mode 0600)."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([_name_of(host) for host in hosts])
        certificate = (
            self._builder(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts[0])]), key.public_key())
            .add_extension(names, critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(digital_signature=True), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        private = folder / "privkey.pem"
        private.unlink(missing_ok=True)
        with os.fdopen(os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(
                key.private_bytes(
                    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
                )
            )

    def _builder(self, subject: x509.Name, key) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder(issuer_name=self._name, subject_name=subject, public_key=key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + LIFE)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )


def _usage(**given: bool) -> x509.KeyUsage:
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    every = dict.fromkeys((*names, "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False)
    return x509.KeyUsage(**{**every, **given})


def _name_of(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def make(folder: Path, *, renew: bool = False) -> bool:
    """Make the authority and every server's certificate, unless all are there; whether they were made."""
    public = folder / "public" / "ca.pem"
    if not renew and all(file.exists() for file in (public, *(folder / server / "privkey.pem" for server in SERVERS))):
        return False
    authority = Authority()
    for server, hosts in SERVERS.items():
        authority.issue(folder / server, *hosts)
    authority.write(public)
    return True


def main(arguments: list[str]) -> int:
    """Make or renew them; says when they end, and answers the exit code, 2 for what is not understood."""
    match arguments:
        case ["--renew", folder]:
            make(Path(folder), renew=True)
        case [folder] if not folder.startswith("-"):
            make(Path(folder))
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    ends = x509.load_pem_x509_certificate((Path(folder) / "public" / "ca.pem").read_bytes()).not_valid_after_utc
    hint = ", soon: renew them with --renew and start everything again" if ends < datetime.now(UTC) + SOON else ""
    print(f"the certificates end on {ends:%Y-%m-%d}{hint}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
