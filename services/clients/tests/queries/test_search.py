"""Search of clients and contacts."""

import pytest

from services.clients import rules
from services.clients.commands.records.folded_copies import renew_copies
from services.clients.models import Client, Contact
from services.clients.queries.search import find_clients, names_of, search


@pytest.fixture
def found(session):
    """`found(q)`: (kind, title, matched) of what is found."""

    def find(q: str, kinds=None, limit: int = 25) -> list[tuple[str, str, str]]:
        hits = search(session, q=q, kinds=kinds, limit=limit)["data"]
        return [(hit["kind"], hit["title"], hit["matched"]) for hit in hits]

    return find


def add_contact(session, client_id, **given) -> None:
    fields = {"first_name": "Bo", "last_name": "Berg", "email": "bo@second.example", "phone": "", **given}
    e164 = rules.phone_e164(fields["phone"], "")
    session.add(Contact(client_id=client_id, email_key=fields["email"], phone_e164=e164, **fields))
    renew_copies(session, session.get(Client, client_id))
    session.commit()


def test_a_client_and_its_contacts_are_found_each_by_what_is_theirs(session, make_client, found):
    client = make_client("Conan", "O’Brien", company="Late Night Ltd", email="ob@x.example", tax_id="DE 123.456")
    add_contact(session, client, phone="+49 711 2842222")
    name = "Late Night Ltd"
    assert found("late night") == [("client", name, "company")]
    assert found("brien conan") == [("client", name, "name"), ("contact", "Conan O’Brien", "name")]
    assert found("0711 2842222") == [("client", name, "contact"), ("contact", "Bo Berg", "phone")]
    assert found("bo@second") == [("client", name, "contact"), ("contact", "Bo Berg", "email")]
    assert found("de123456") == [("client", name, "tax_id")]
    assert found("brien bo") == [("client", name, "contact")]
    assert found("bo@second", kinds=["contact"]) == [("contact", "Bo Berg", "email")]
    assert names_of(session, [client]) == {str(client): name}


def test_a_person_who_is_the_client_is_found_once(session, make_client, found):
    make_client("小明", "王")
    assert found("王小明") == [("client", "小明 王", "name")]


def test_no_more_of_a_kind_than_were_asked_for(session, make_client, found):
    for n in range(4):
        make_client("Ann", f"Same{n}", company=f"Same {n}")
    assert [kind for kind, _, _ in found("same", limit=2)] == ["client"] * 2 + ["contact"] * 2


def test_the_first_clients_by_name_are_found_for_lists_of_what_is_theirs(session, make_client, monkeypatch):
    ids = [str(make_client("Ann", last, company="")) for last in ("Zimmer", "Abel", "Miller")]
    make_client("Bob", "Other", company="")
    assert find_clients(session, "ann") == {"client_ids": [ids[1], ids[2], ids[0]], "more": False}
    monkeypatch.setattr("services.clients.queries.search.MOST_CLIENTS", 2)
    assert find_clients(session, "ann") == {"client_ids": [ids[1], ids[2]], "more": True}
    assert find_clients(session, "nobody") == {"client_ids": [], "more": False}
