"""Secrets of the settings: each may be a file's content instead of a variable's value, so that it stands in no
environment, and is renewed by writing the file and starting the process again."""

from pathlib import Path
from urllib.parse import quote, urlsplit

from marshmallow import ValidationError

PASSWORDS = {
    "amqp_password": "amqp_uri",
    "database_password": "database_url",
    "owner_database_password": "owner_database_url",
    "smtp_password": "smtp_url",
}
"""A setting that is a password, and the address that it belongs to."""
SECRETS = (*PASSWORDS, *PASSWORDS.values())
"""The settings that may come from a file, `<name>_file`."""


def fill_in_secrets(given: dict[str, str]) -> dict[str, str]:
    """`given` settings with the content of each secret's file, and each password in its address.

    Raises ValidationError for a file that cannot be read, a secret that is given twice, a password without an address.
    """
    settings, faults = dict(given), {}
    for name in SECRETS:
        if (path := settings.pop(f"{name}_file", None)) is None:
            continue
        if name in settings:
            faults[f"{name}_file"] = ["is set beside the setting that it is for"]
            continue
        try:
            if secret := Path(path).read_text(encoding="utf-8").strip("\r\n"):  # an empty file is a secret not given
                settings[name] = secret
        except (OSError, ValueError):
            faults[f"{name}_file"] = ["names a file that cannot be read"]
    for name, address in PASSWORDS.items():
        if (password := settings.pop(name, None)) is None:
            continue
        if address in settings:
            settings[address] = _with_password(settings[address], password)
        else:
            faults[name] = ["is a password without the address that it is for"]
    if faults:
        raise ValidationError(faults)
    return settings


def _with_password(address: str, password: str) -> str:
    """`address` with this password for its user."""
    parts = urlsplit(address)
    user, _, host = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{user.partition(':')[0]}:{quote(password, safe='')}@{host}").geturl()
