"""Certificates that tests make themselves."""

import subprocess
from pathlib import Path
from typing import NamedTuple


class Certificate(NamedTuple):
    """A certificate that vouches for itself, so that it is its own authority."""

    path: Path
    key: Path


def make_certificate(folder: Path, name: str) -> Certificate:
    """Make one for a name, such as IP:127.0.0.1, in a new folder."""
    folder.mkdir()
    made = Certificate(folder / "certificate.pem", folder / "key.pem")
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc"]
    names = ["-subj", "/CN=tests", "-addext", f"subjectAltName={name}"]
    places = ["-out", str(made.path), "-keyout", str(made.key)]
    subprocess.run(["openssl", "req", "-x509", *curve, *names, *places], check=True, capture_output=True)
    return made
