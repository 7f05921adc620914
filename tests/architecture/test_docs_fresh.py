"""Generated documents say what the code says."""

from deploy.services import PUBLISHERS
from services.audit.wording import SENTENCES
from tools.docs.documents import ROOT, events_of, events_page, rpc_contract, stale


def test_generated_documents_are_fresh():
    assert [str(path.relative_to(ROOT)) for path in stale()] == [], "run python -m tools.docs"


def test_each_event_stands_in_the_page_with_its_moment_and_its_personal_names():
    assert (
        "| `ticket.replied.v1` | client | Somebody wrote in a ticket's thread, to be read by both sides. |"
        in events_page()
    )


def test_a_rpc_is_described_by_its_name_permission_and_arguments():
    (rpc,) = [rpc for rpc in rpc_contract("audit")["methods"] if rpc["name"] == "audit.list_activity"]
    assert rpc["access"] == "clients.view"
    assert set(rpc["arguments"]) == {
        "client_id",
        "category",
        "actor",
        "from",
        "to",
        "cause",
        "below",
        "limit",
        "after",
        "before",
    }
    assert rpc["arguments"]["client_id"] == {"type": "string", "format": "id", "required": True}


def test_the_log_has_a_sentence_for_each_event_that_is_published():
    types = {event.type.removesuffix(".v1") for service in PUBLISHERS for event in events_of(service)}
    assert types - set(SENTENCES) == set()


def test_each_event_says_when_it_happens_in_one_sentence():
    events = [event for service in PUBLISHERS for event in events_of(service)]
    assert [event.type for event in events if not (event.__doc__ or "").strip().endswith(".")] == []
