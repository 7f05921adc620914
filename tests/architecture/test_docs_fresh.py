"""Generated documents are what the code makes of them."""

from deploy.services import PUBLISHERS
from services.audit.wording import SENTENCES
from tools.docs.asyncapi import events_of, service_document
from tools.docs.documents import ROOT, events_page, rpc_contract, stale
from tools.docs.json_schema import ID


def test_generated_documents_are_fresh():
    assert [str(path.relative_to(ROOT)) for path in stale()] == [], "run python -m tools.docs"


def test_each_event_stands_in_the_page_with_its_moment_and_its_personal_names():
    assert (
        "| `ticket.replied.v1` | client | Somebody wrote in a ticket's thread, to be read by both sides. |"
        in events_page()
    )


def test_an_rpc_is_described_by_its_name_permission_client_scope_arguments_and_answer():
    (rpc,) = [rpc for rpc in rpc_contract("audit")["methods"] if rpc["name"] == "audit.list_activity"]
    assert (rpc["access"], rpc["of_client"]) == ("clients.view", True)
    assert set(rpc["arguments"]["properties"]) == {
        "client_id",
        "q",
        "category",
        "actor",
        "from",
        "to",
        "cause",
        "entity",
        "below",
        "limit",
        "after",
        "before",
    }
    assert rpc["arguments"]["properties"]["client_id"] == ID and rpc["arguments"]["required"] == ["client_id"]
    assert rpc["arguments"]["additionalProperties"] is False
    row = rpc["answer"]["properties"]["data"]["items"]
    assert row["properties"]["ip"] == {"anyOf": [{"type": "string"}, {"type": "null"}]} and "ip" in row["required"]


def test_a_method_of_one_client_or_all_says_so():
    (rpc,) = [rpc for rpc in rpc_contract("audit")["methods"] if rpc["name"] == "audit.export_activity"]
    assert rpc["of_client"] == "if-given"


def test_the_facts_of_an_event_are_json_schema_and_open_to_additions():
    schema = service_document("support")["components"]["schemas"]["ticket.opened.v1"]["schema"]
    facts = schema["properties"]["data"]["properties"]["facts"]
    assert facts["properties"]["department"] == {"anyOf": [{"type": "string"}, {"type": "null"}]}
    assert set(facts["required"]) == {"number", "status", "priority", "department", "entity", "commitments"}
    assert "additionalProperties" not in facts


def test_the_log_has_a_sentence_for_each_event_that_is_published():
    types = {event.type.removesuffix(".v1") for service in PUBLISHERS for event in events_of(service)}
    assert types - set(SENTENCES) == set()


def test_each_event_says_when_it_happens_in_one_sentence():
    events = [event for service in PUBLISHERS for event in events_of(service)]
    assert [event.type for event in events if not (event.__doc__ or "").strip().endswith(".")] == []
