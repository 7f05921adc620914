"""Emails by IDNA 2008, and the list's search over all contacts, phones and tax ids.

Keys of emails and folded copies are made anew, a part at a time and each in a transaction of its own, so that nobody
waits. A login's key that another login has already stays as it is: `python -m services.clients identifiers` lists what
people have to look at. Begun again it goes on where it stopped.
"""

from collections.abc import Iterator
from itertools import groupby
from uuid import UUID

from alembic import op
from sqlalchemy import Connection, text

from chassis.logs import get_logger
from services.clients import rules
from services.clients.search_text import search_text

revision = "0014"
down_revision = "0013"

AT_ONCE = 1000
KEYS = "SELECT id, email, email_key FROM {table} WHERE id > :after ORDER BY id LIMIT :at_once"
REKEY_CONTACTS = """
UPDATE contacts SET email_key = renewed.email_key
FROM unnest(CAST(:ids AS uuid[]), CAST(:keys AS text[])) AS renewed (id, email_key) WHERE contacts.id = renewed.id"""
REKEY_LOGIN = """
UPDATE identity.logins login SET email_key = :key WHERE id = :id AND NOT EXISTS (
  SELECT FROM identity.logins other WHERE (other.kind, other.email_key) = (login.kind, :key))"""
COPIES = """
SELECT client.id AS client_id, company, tax_id, sort_name, search_text, first_name, last_name, email, phone, phone_e164
FROM (SELECT * FROM clients WHERE id > :after ORDER BY id LIMIT :at_once) client
JOIN contacts ON client_id = client.id AND removed_at IS NULL ORDER BY client.id, NOT is_primary, contacts.id"""
REFOLD = """
UPDATE clients SET sort_name = renewed.sort_name, search_text = renewed.search_text
FROM unnest(CAST(:ids AS uuid[]), CAST(:sort_names AS text[]), CAST(:texts AS text[])) AS renewed (id, sort_name, search_text)
WHERE clients.id = renewed.id"""

log = get_logger(__name__)


def upgrade() -> None:
    with op.get_context().autocommit_block():
        rekey(op.get_bind())
        refold(op.get_bind())


def rekey(connection: Connection) -> None:
    """Write the key of each email anew where it differs; say how many logins kept theirs."""
    for rows in _parts(connection, KEYS.format(table="contacts")):
        changed = {row.id: key for row in rows if (key := rules.email_key(row.email)) != row.email_key}
        connection.execute(text(REKEY_CONTACTS), {"ids": list(changed), "keys": list(changed.values())})
    kept = 0
    for rows in _parts(connection, KEYS.format(table="identity.logins")):
        for row in rows:
            if (key := rules.email_key(row.email)) != row.email_key:
                kept += not connection.execute(text(REKEY_LOGIN), {"id": row.id, "key": key}).rowcount
    if kept:
        log.warning("logins kept the key of their email, another has the new one: see `identifiers`", logins=kept)


def refold(connection: Connection) -> None:
    """Write the folded copies of each client anew where they differ."""
    for rows in _parts(connection, COPIES, key="client_id"):
        changed = {}
        for client_id, found in groupby(rows, key=lambda row: row.client_id):
            people = list(found)
            first = people[0]
            copies = (
                rules.sort_name(first.company, first.first_name, first.last_name),
                search_text(first.company, first.tax_id, people),
            )
            if copies != (first.sort_name, first.search_text):
                changed[client_id] = copies
        values = {"ids": list(changed), "sort_names": [], "texts": []}
        for sort_name, folded in changed.values():
            values["sort_names"].append(sort_name)
            values["texts"].append(folded)
        connection.execute(text(REFOLD), values)


def _parts(connection: Connection, statement: str, key: str = "id") -> Iterator[list]:
    after = UUID(int=0)
    while rows := connection.execute(text(statement), {"after": after, "at_once": AT_ONCE}).all():
        yield rows
        after = getattr(rows[-1], key)
