"""Generated documents say what the code says."""

from deploy.docs import ROOT, TITLES, events_of, events_page, rpc_contract, stale
from services.audit.wording import SENTENCES


def test_generated_documents_are_fresh():
    assert [str(path.relative_to(ROOT)) for path in stale()] == [], "run python -m deploy.docs"


def test_each_event_stands_in_the_page_with_its_moment_and_its_personal_names():
    assert "| `ticket.replied.v1` | client | Somebody wrote in a ticket's thread, to be read by both sides. |" in events_page()


def test_a_door_is_described_by_its_name_permission_and_arguments():
    (door,) = [door for door in rpc_contract("audit")["doors"] if door["name"] == "audit.list_activity"]
    assert door["access"] == "clients.view"
    assert set(door["arguments"]) == {"client_id", "category", "actor", "from", "to", "cause", "below", "limit", "after",
                                      "before"}
    assert door["arguments"]["client_id"] == {"type": "string", "format": "id", "required": True}


def test_the_log_has_a_sentence_for_each_event_that_is_published():
    types = {event.type.removesuffix(".v1") for service in TITLES for event in events_of(service)}
    assert types - set(SENTENCES) == set()


def test_each_event_says_when_it_happens_in_one_sentence():
    events = [event for service in TITLES for event in events_of(service)]
    assert [event.type for event in events if not (event.__doc__ or "").strip().endswith(".")] == []
