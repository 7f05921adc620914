"""Tampering with a chain of the log as a superuser: each case is a list of statements, triggers set aside."""

import copy

from sqlalchemy import create_engine, text

from chassis.db.engine import driver_url
from services.audit.rules import GENESIS, HASHED, entry_hash

CHAIN = "0192f0c1-0000-7000-8000-00000000c11e"
SEQ = 4  # the entry that is tampered with
WHERE = f"WHERE chain = '{CHAIN}' AND seq = {SEQ}"

# A new value for each column of an entry. Numbers and times move by the least that there is.
CHANGES = {
    "chain": "'0192f0c1-0000-7000-8000-00000000c12e'",
    "seq": "400",
    "event_id": "gen_random_uuid()",
    "type": "type || '.x'",
    "category": "'Staff'",
    "source": "'services/billing'",
    "sequence": "sequence + 1",
    "occurred_at": "occurred_at + interval '1 microsecond'",
    "received_at": "received_at - interval '1 microsecond'",
    "actor_kind": "'contact'",
    "actor_id": "'somebody-else'",
    "acting_as": "'somebody'",
    "entity_type": "'invoice'",
    "entity_id": "'another'",
    "cause": "NULL",
    "facts": "(facts::jsonb || '{\"amount\": 2}')::json",
    "changes": '\'[{"field": "city", "old": "Bath", "new": "Rome"}]\'',
    "personal": "jsonb_set(personal, '{ip,value}', '\"203.0.113.9\"')",
    "prev": "decode(repeat('ab', 32), 'hex')",
    "hash": "decode(repeat('cd', 32), 'hex')",
}
ROWS = {
    "deleted": [f"DELETE FROM entries {WHERE}"],
    "first deleted": [f"DELETE FROM entries WHERE chain = '{CHAIN}' AND seq = 1"],
    "swapped": [
        f"UPDATE entries SET seq = 1000 + seq WHERE chain = '{CHAIN}' AND seq IN (4, 5)",
        f"UPDATE entries SET seq = 1009 - seq WHERE chain = '{CHAIN}' AND seq > 1000",
    ],
    "closed up after a deletion": [
        f"DELETE FROM entries {WHERE}",
        f"UPDATE entries SET seq = seq - 1 WHERE chain = '{CHAIN}' AND seq > {SEQ}",
    ],
    "inserted": [
        f"UPDATE entries SET seq = 1001 + seq WHERE chain = '{CHAIN}' AND seq > {SEQ}",
        f"UPDATE entries SET seq = seq - 1000 WHERE chain = '{CHAIN}' AND seq > 1000",
        "INSERT INTO entries SELECT chain, seq + 1, gen_random_uuid(), type, category, source, sequence, occurred_at, "
        "received_at, actor_kind, actor_id, acting_as, entity_type, entity_id, cause, facts, changes, personal, prev, "
        f"hash FROM entries {WHERE}",
    ],
    "end cut off": [f"DELETE FROM entries WHERE chain = '{CHAIN}' AND seq > 6"],
    "head moved back": [f"UPDATE chain_heads SET seq = 6 WHERE chain = '{CHAIN}'"],
    "head taken away": [f"DELETE FROM chain_heads WHERE chain = '{CHAIN}'"],
    "head changed": [f"UPDATE chain_heads SET hash = decode(repeat('ef', 32), 'hex') WHERE chain = '{CHAIN}'"],
}
# Nothing inside the database shows these: head and hashes fit. Only a checkpoint does.
CONSISTENT = ("end cut off with its head", "rebuilt", "rebuilt from the middle on", "all gone")


def as_superuser(database, statements: list[str], parameters: dict | None = None) -> None:
    """Run `statements` with all triggers off."""
    engine = create_engine(driver_url(database.superuser_url))
    with engine.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement.replace(": ", r"\: ")), parameters or {})
    engine.dispose()


def rebuilt(entries: list[dict], first: int) -> list[dict]:
    """The chain with entry `first` changed, and it and all that follow sealed anew."""
    made = copy.deepcopy([dict(entry) for entry in entries])
    made[first - 1]["type"] = "client.renamed.v1"
    prev = GENESIS if first == 1 else bytes(made[first - 2]["hash"])
    for entry in made[first - 1 :]:
        entry["prev"], entry["hash"] = prev, entry_hash(prev, {name: entry[name] for name in HASHED})
        prev = entry["hash"]
    return made


def tamper_consistently(database, how: str, entries: list[dict]) -> None:
    """Tamper so that entries and head agree with each other."""
    if how == "all gone":
        as_superuser(database, [f"DELETE FROM {table} WHERE chain = '{CHAIN}'" for table in ("entries", "chain_heads")])
        return
    made = entries[:6] if how.startswith("end") else rebuilt(entries, 1 if how == "rebuilt" else SEQ)
    as_superuser(database, [f"DELETE FROM entries WHERE chain = '{CHAIN}' AND seq > {len(made)}"])
    for entry in made:
        as_superuser(
            database,
            ["UPDATE entries SET type = :type, prev = :prev, hash = :hash WHERE chain = :chain AND seq = :seq"],
            {name: entry[name] for name in ("type", "prev", "hash", "chain", "seq")},
        )
    as_superuser(
        database,
        ["UPDATE chain_heads SET seq = :seq, hash = :hash WHERE chain = :chain"],
        {name: made[-1][name] for name in ("seq", "hash", "chain")},
    )
