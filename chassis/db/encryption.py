"""Column encryption: secrets that have to be read again are stored under a key that is outside of the database.

A column of the type EncryptedText holds `KEY_ID:TOKEN`, a Fernet token (AES-128 in CBC mode, HMAC-SHA-256). The keyring
is a file with a key a line, the newest first: the first one encrypts, each reads what it has encrypted. To rotate, put a
new key on top (`python -m chassis.db.encryption rotate FILE`) and start the service again: it encrypts anew what is not
under the first key before it serves. Then the older lines can go, once no backup needs them.
"""

import hashlib
import os
import sys
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from nameko.extensions import DependencyProvider
from sqlalchemy import Connection, Text, select, type_coerce, update
from sqlalchemy.types import TypeDecorator

from chassis.db.engine import make_engine
from chassis.logs import get_logger

log = get_logger(__name__)


class Keyring:
    """The keys of a file."""

    def __init__(self, file: Path):
        keys = file.read_text(encoding="ascii").split()
        if not keys:
            raise ValueError(f"{file} holds no key")
        self._keys = {_key_id(key): Fernet(key) for key in keys}
        self.newest = _key_id(keys[0])

    def encrypt(self, text: str) -> str:
        """`text` under the newest key."""
        return f"{self.newest}:{self._keys[self.newest].encrypt(text.encode()).decode()}"

    def decrypt(self, value: str) -> str:
        """What was encrypted. Raises ValueError for another key's value, and for one that was changed."""
        key_id, _, token = value.partition(":")
        try:
            return self._keys[key_id].decrypt(token).decode()
        except (KeyError, InvalidToken) as error:
            raise ValueError("This value was not encrypted by a key of the keyring.") from error


class EncryptedText(TypeDecorator):
    """A text that its model sees plain and the database encrypted, by the process' keyring."""

    impl = Text
    cache_ok = True
    keyring: Keyring | None = None

    def process_bind_param(self, value, dialect):
        return None if value is None else self._ring().encrypt(value)

    def process_result_value(self, value, dialect):
        return None if value is None else self._ring().decrypt(value)

    @classmethod
    def _ring(cls) -> Keyring:
        if cls.keyring is None:
            raise LookupError("This process has no keyring.")
        return cls.keyring


class Encryption(DependencyProvider):
    """Reads the process' keyring at start, and encrypts under its newest key whatever `columns` hold otherwise: plain
    values of before, and those of older keys."""

    def __init__(self, *columns):
        self._columns = columns

    def setup(self):
        settings = self.container.config["settings"]
        EncryptedText.keyring = Keyring(settings.require("encryption_keys_file"))
        engine = make_engine(settings.require("database_url"), pool_size=1)
        with engine.begin() as connection:
            renewed = sum(renew(connection, column, EncryptedText.keyring) for column in self._columns)
        engine.dispose()
        if renewed:
            log.info("secrets encrypted under the newest key", key=EncryptedText.keyring.newest, values=renewed)

    def get_dependency(self, worker_ctx):
        return EncryptedText.keyring


def renew(connection: Connection, column, keyring: Keyring) -> int:
    """Encrypt under the newest key what a column holds otherwise; how many values that were."""
    table, stored = column.table, type_coerce(column, Text)
    (key,) = table.primary_key
    rows = connection.execute(
        select(key, stored).where(column.is_not(None), stored.not_like(f"{keyring.newest}:%")).with_for_update()
    ).all()
    for identity, value in rows:
        plain = keyring.decrypt(value) if ":" in value else value
        connection.execute(update(table).where(key == identity).values({column.name: plain}))
    return len(rows)


def rotate(file: Path) -> None:
    """Put a new key on top of the keyring (mode 0600), which is made where there is none."""
    keys = file.read_text(encoding="ascii") if file.exists() else ""
    part = file.with_name(f".{file.name}.{os.getpid()}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as handle:
        handle.write(f"{Fernet.generate_key().decode()}\n{keys}")
    part.replace(file)


def _key_id(key: str) -> str:
    """What a value names its key by; nothing of the key can be told from it."""
    return hashlib.sha256(key.encode()).hexdigest()[:8]


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("make", "rotate"):
        raise SystemExit("usage: python -m chassis.db.encryption make|rotate FILE")
    if sys.argv[1] == "rotate" or not Path(sys.argv[2]).exists():
        rotate(Path(sys.argv[2]))
