"""Generated documents say what the code says."""

from deploy.docs import ROOT, events_page, rpc_contract, stale


def test_generated_documents_are_fresh():
    assert [str(path.relative_to(ROOT)) for path in stale()] == [], "run python -m deploy.docs"


def test_each_event_stands_in_the_page_with_its_moment_and_its_personal_names():
    assert "| `ticket.replied.v1` | client | Somebody wrote in a ticket's thread, to be read by both sides. |" in events_page()


def test_a_door_is_described_by_its_name_permission_and_arguments():
    (door,) = [door for door in rpc_contract("audit")["doors"] if door["name"] == "audit.list_activity"]
    assert door["access"] == "clients.view"
    assert set(door["arguments"]) == {"client_id", "category", "actor", "from", "to", "limit", "after", "before"}
    assert door["arguments"]["client_id"] == {"type": "string", "format": "id", "required": True}
