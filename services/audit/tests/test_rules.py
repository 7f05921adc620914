"""The chain: what seals an entry, and which tampering is found."""

import copy
import hashlib
from datetime import UTC, datetime

import pytest

from services.audit.chains import verify_chain
from services.audit.rules import GENESIS, HASHED, category_of, chain_of, entry_hash, entry_of, seal
from tests.support.audit_events import CLIENT, message

RECEIVED = datetime(2026, 11, 22, 17, 2, 4, 5, tzinfo=UTC)


def chain(length: int = 5) -> list[dict]:
    """A sealed chain of `length` entries."""
    events = [
        message(
            sequence=n,
            facts={"totals": {"active_services": n}},
            personal={"reason": f"reason {n}"},
            changes=[{"field": "city", "old": f"C{n}", "new": f"C{n + 1}"}],
        )
        for n in range(1, length + 1)
    ]
    return seal([entry_of(event, RECEIVED) for event in events], {})[0]


def test_the_first_entry_is_sealed_behind_thirty_two_zero_bytes_and_each_other_behind_the_one_before():
    first, second, third = chain(3)
    assert [entry["seq"] for entry in (first, second, third)] == [1, 2, 3]
    assert first["prev"] == GENESIS == bytes(32)
    assert (second["prev"], third["prev"]) == (first["hash"], second["hash"])


def test_the_hash_is_the_documented_one():
    entry = {
        "chain": "system",
        "seq": 1,
        "event_id": "e",
        "type": "tag.created.v1",
        "category": "Settings",
        "source": "services/clients",
        "sequence": 7,
        "occurred_at": RECEIVED,
        "received_at": RECEIVED,
        "actor_kind": "system",
        "actor_id": "clients",
        "acting_as": None,
        "entity_type": "tag",
        "entity_id": None,
        "cause": None,
        "facts": {"b": 1, "a": "é"},
        "changes": [],
    }
    parts = [
        b"commerce.activity.v1",
        bytes(32),
        b'"system"',
        b"1",
        b'"e"',
        b'"tag.created.v1"',
        b'"Settings"',
        b'"services/clients"',
        b"7",
        b'"2026-11-22T17:02:04.000005Z"',
        b'"2026-11-22T17:02:04.000005Z"',
        b'"system"',
        b'"clients"',
        b"null",
        b'"tag"',
        b"null",
        b"null",
        '{"a":"é","b":1}'.encode(),
        b"[]",
    ]
    expected = hashlib.sha256(b"".join(len(part).to_bytes(8, "big") + part for part in parts)).digest()
    assert entry_hash(GENESIS, entry) == expected
    assert expected.hex() == "86261bd2f9463d8db2d59e2d6120ed5807a552cbf32a5e200377bcdf13261126"


def test_a_whole_chain_holds():
    entries = chain()
    verdict = verify_chain(entries, (5, entries[-1]["hash"]))
    assert (verdict.valid, verdict.entries, verdict.head) == (True, 5, entries[-1]["hash"])


@pytest.mark.parametrize("field", HASHED)
def test_a_change_to_any_field_of_a_row_is_found(field):
    entries = copy.deepcopy(chain())
    old = entries[2][field]
    entries[2][field] = {"type": "x.y.v1"}.get(
        field, [old] if old is None or isinstance(old, (list, dict, str)) else "other"
    )
    assert verify_chain(entries).first_bad_seq == 3


@pytest.mark.parametrize("field", ["prev", "hash"])
def test_a_change_to_a_seal_is_found(field):
    entries = chain()
    entries[2][field] = bytes(32)
    assert verify_chain(entries).first_bad_seq == 3


def test_a_changed_personal_value_is_found_and_an_erased_one_is_not_a_fault():
    entries = copy.deepcopy(chain())
    entries[1]["personal"]["reason"]["value"] = "another reason"
    assert verify_chain(entries).first_bad_seq == 2
    del entries[1]["personal"]["reason"]
    entries[3]["personal"] = None
    assert verify_chain(entries).valid


def test_a_personal_value_that_nothing_commits_to_is_found():
    entries = copy.deepcopy(chain())
    entries[4]["personal"]["note"] = {"salt": "00", "value": "put in later"}
    assert verify_chain(entries).first_bad_seq == 5


@pytest.mark.parametrize(
    ("tamper", "bad"),
    [
        (lambda rows: rows[:2] + rows[3:], 3),
        (lambda rows: [rows[0], rows[2], rows[1], *rows[3:]], 2),
        (lambda rows: rows[1:], 1),
        (lambda rows: rows[:3] + [rows[2]] + rows[3:], 4),
        (lambda rows: rows[:-1], 5),
    ],
    ids=["deleted", "swapped", "first deleted", "doubled", "end cut off"],
)
def test_a_row_taken_out_moved_or_doubled_is_found(tamper, bad):
    entries = chain()
    verdict = verify_chain(tamper(entries), (5, entries[-1]["hash"]))
    assert (verdict.first_bad_seq, verdict.entries) == (bad, bad - 1)


def test_an_event_whose_personal_values_do_not_fit_its_commitments_makes_no_entry():
    forged = message()
    forged["personal"]["actor_name"]["value"] = "Somebody Else"
    with pytest.raises(ValueError, match="differs from its commitment"):
        entry_of(forged, RECEIVED)


def test_what_belongs_to_no_client_goes_to_the_system_chain():
    assert (chain_of(CLIENT), chain_of("system"), chain_of("warehouse-7")) == (CLIENT, "system", "system")


def test_a_category_goes_by_the_beginning_of_the_type_and_an_unknown_one_by_its_source():
    assert category_of("suspension_batch.made.v1") == "Services"
    assert category_of("billing_account.opened.v1") == "Clients"
    assert category_of("parcel.sent.v1", "services/billing") == "Invoices"
    assert category_of("parcel.sent.v1", "services/warehouse") == "Settings"
