"""New Client."""

import pytest
from sqlalchemy import func, select

from chassis.db.tables import outbox
from chassis.errors import ServiceProblem
from services.clients.models import Client, ClientGroup, Contact, Tag
from services.clients.profile_fields import names

ANN = {"first_name": "Ann", "last_name": "Lee", "email": "ann@example.com", "currency": "EUR"}


def create(calls, caller, **given):
    return calls.call(caller, "clients.create_client", **{**ANN, **given}, seconds=5, writes=True)


def refusal_of(calls, caller, **given) -> ServiceProblem:
    with pytest.raises(ServiceProblem) as refusal:
        create(calls, caller, **given)
    return refusal.value


@pytest.fixture
def group(session):
    session.add(group := ClientGroup(name="VIP", colour="#c99700", discount_percent="12.5"))
    session.commit()
    return group


def test_a_new_client_is_answered_as_its_record_shows_it_and_works_at_once(service, calls, make_caller, session, group):
    session.add(tag := Tag(name="net-30", colour="#112233"))
    session.commit()
    made = create(
        calls,
        make_caller(),
        company="Lee & Co",
        phone="0711 2842222",
        country="DE",
        tax_exempt=True,
        language="de",
        group_id=str(group.id),
        tags=[str(tag.id)],
        status="suspended",
    )
    assert made["name"] == "Lee & Co" and made["status"] == "suspended" and made["group"]["name"] == "VIP"
    assert made["tags"] == [{"id": str(tag.id), "name": "net-30", "colour": "#112233"}]
    assert made == calls.call(make_caller(), "clients.get_client", client_id=made["id"], seconds=5)
    assert str(session.scalar(select(Client.created_by))) == make_caller().id
    (contact,) = calls.call(make_caller(), "clients.list_contacts", client_id=made["id"], seconds=5)["data"]
    assert contact == {
        "id": made["primary_contact_id"],
        "first_name": "Ann",
        "last_name": "Lee",
        "email": "ann@example.com",
        "phone": "0711 2842222",
        "phone_e164": "+497112842222",
        "role": "owner",
        "status": "active",
        "primary": True,
        "last_login_at": None,
        "invited_at": None,
        "can_sign_in": False,
        "portal_access": "not_invited",
    }
    assert [row["id"] for row in calls.call(make_caller(), "clients.list_clients", q="lee", seconds=5)["data"]] == [
        made["id"]
    ]
    opened = calls.call(make_caller(kind="system"), "clients.clients_for_billing", client_ids=[made["id"]], seconds=5)
    assert opened == {
        made["id"]: {
            "currency": "EUR",
            "name": made["name"],
            "company": made["profile"]["company"],
            "contact": made["contact_name"],
            "email": made["profile"]["email"],
            "tax_id": made["profile"]["tax_id"],
            "tax_exempt": True,
            "group_discount": "12.50",
            "address": {"address1": "", "address2": "", "city": "", "state": "", "postcode": "", "country": "DE"},
        }
    }


def test_it_is_published_with_its_opening_currency_and_its_values_apart(service, calls, make_caller, session):
    made = create(calls, make_caller(), city="Ulm", currency="JPY")
    event = session.execute(
        select(outbox.c.type, outbox.c.body, outbox.c.personal, outbox.c.stream, outbox.c.sequence)
    ).one()
    assert (event.type, event.stream, event.sequence) == ("client.created.v1", made["id"], 1)
    facts = event.body["facts"]
    assert (facts["currency"], facts["status"], facts["group_id"], facts["tags"]) == ("JPY", "active", None, [])
    assert facts["primary_contact_id"] == made["primary_contact_id"] and facts["entity"] == {
        "type": "client",
        "id": made["id"],
    }
    values = {name: part["value"] for name, part in event.personal.items()}
    assert values.pop("actor_name") == "Ada Staff" and values.pop("ip") == "192.0.2.7"
    assert values == {
        **dict.fromkeys(names(personal=True), ""),
        "first_name": "Ann",
        "last_name": "Lee",
        "email": "ann@example.com",
        "city": "Ulm",
    }
    assert "Ann" not in str(event.body) and "Ulm" not in str(event.body)


def test_the_same_key_makes_one_client_even_twenty_times_at_once(service, calls, make_caller, session):
    caller = make_caller(idempotency_key="key-0123456789abcdef")
    answers = calls.gather(caller, {n: ("clients.create_client", ANN) for n in range(20)}, seconds=10)
    assert len({answer["id"] for answer in answers.values()}) == 1
    assert session.scalar(select(func.count()).select_from(Client)) == 1
    assert session.scalar(select(func.count()).select_from(outbox)) == 1


def test_an_email_that_another_client_has_is_refused_naming_it_unless_it_is_meant(service, calls, make_caller):
    first = create(calls, make_caller(), company="Lee & Co", email="ann@bücher.example")
    problem = refusal_of(calls, make_caller(), email="ANN@xn--bcher-kva.example")
    assert problem.code == "duplicate" and problem.extra == {"duplicate": {"id": first["id"], "name": "Lee & Co"}}
    assert problem.errors == [{"pointer": "/email", "code": "duplicate", "message": "Lee & Co has this email."}]
    assert create(calls, make_caller(), email="ann@bücher.example", allow_duplicate_email=True)["id"] != first["id"]


def test_two_domains_that_idna_2003_took_for_one_are_two(service, calls, make_caller):
    first = create(calls, make_caller(), email="someone@faß.example")
    assert create(calls, make_caller(), email="someone@fass.example")["id"] != first["id"]
    assert refusal_of(calls, make_caller(), email="Someone@xn--fa-hia.example").code == "duplicate"


@pytest.mark.parametrize(
    "given, pointer",
    [
        ({"first_name": "\u200b", "last_name": "\u200b"}, {"/first_name", "/last_name"}),
        ({"email": "z\u200bed@fieldtest.example"}, {"/email"}),
        ({"email": "s\u00aded@fieldtest.example"}, {"/email"}),
        ({"email": "x@a\u200db.example"}, {"/email"}),
        ({"tax_id": "DE\u200b1"}, {"/tax_id"}),
    ],
)
def test_what_cannot_be_seen_is_no_name_and_stands_in_no_identifier(service, calls, make_caller, given, pointer):
    assert {error["pointer"] for error in refusal_of(calls, make_caller(), **given).errors} == pointer


def test_a_company_of_which_nothing_can_be_seen_is_none_and_text_is_kept_exactly(service, calls, make_caller):
    made = create(calls, make_caller(), company="\u200b", first_name="می\u200cخواهم", city="\u200bUlm")
    assert (made["profile"]["company"], made["name"]) == ("", "می\u200cخواهم Lee")
    assert (made["profile"]["first_name"], made["profile"]["city"]) == ("می\u200cخواهم", "\u200bUlm")


def test_of_ten_with_one_email_at_once_one_is_made(service, calls, make_caller, session):
    pending = [calls.start(make_caller(), "clients.create_client", seconds=10, writes=True, **ANN) for _ in range(10)]
    codes = []
    for call in pending:
        try:
            codes.append(bool(call.result()["id"]))
        except ServiceProblem as problem:
            codes.append(problem.code)
    assert sorted(map(str, codes)) == ["True"] + ["duplicate"] * 9
    assert session.scalar(select(func.count()).select_from(Contact)) == 1


@pytest.mark.parametrize(
    "field, value",
    [
        ("email", "moss@"),
        ("first_name", ""),
        ("last_name", "   "),
        ("first_name", "x" * 101),
        ("first_name", "a\u202eb"),
        ("last_name", "a\x00"),
        ("last_name", "a" + "\u0301" * 20),
        ("company", "two\nlines"),
        ("currency", "GPB"),
        ("currency", "eur"),
        ("country", "UK"),
        ("country", "Nigeria"),
        ("status", "closed"),
        ("language", "German"),
        ("group_id", "nonsense"),
        ("group_id", "0192f0c1-2345-7abc-8def-0123456789ab"),
        ("postcode", "1" * 21),
        ("phone", "1" * 101),
        ("tax_exempt", "maybe"),
        ("first_name", 7),
        ("email", None),
    ],
)
def test_a_faulty_field_is_named_and_nothing_is_made(service, calls, make_caller, session, field, value):
    problem = refusal_of(calls, make_caller(), **{field: value})
    assert (problem.status, [error["pointer"] for error in problem.errors]) == (422, [f"/{field}"])
    assert session.scalar(select(func.count()).select_from(Client)) == 0


def test_all_faulty_fields_are_named_at_once_and_unknown_ones_are_refused(service, calls, make_caller):
    problem = refusal_of(calls, make_caller(), email="x", currency="", is_admin=True, tags=["x"])
    assert {error["pointer"] for error in problem.errors} == {"/email", "/currency", "/is_admin", "/tags/0"}
    assert refusal_of(calls, make_caller(), balance="1").code == "unknown-field"


def test_it_needs_its_permission(service, calls, make_caller):
    assert refusal_of(calls, make_caller(permissions=("clients.view", "clients.edit"))).code == "forbidden"
