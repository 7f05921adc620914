"""Editing a client's profile, its group and its tags."""

import pytest
from sqlalchemy import func, select

from chassis.db.tables import outbox
from chassis.errors import ServiceProblem
from chassis.types.ids import new_id
from services.clients.models import Client, ClientGroup, Contact, Tag


@pytest.fixture
def edit(calls, make_caller):
    """`edit(client_id, version, **given)`: update_client as staff."""

    def call(client_id, version=1, caller=None, **given):
        return calls.call(
            caller or make_caller(),
            "clients.update_client",
            client_id=str(client_id),
            version=version,
            **given,
            seconds=5,
            writes=True,
        )

    return call


@pytest.fixture
def published(session):
    """`published(type)`: the bodies of the events of a type, with what is personal in their changes put back."""

    def bodies(kind):
        session.rollback()
        rows = session.execute(
            select(outbox.c.body, outbox.c.personal).where(outbox.c.type == f"{kind}.v1").order_by(outbox.c.sequence)
        ).all()
        return [
            {
                **row.body,
                "changes": [
                    {**change, **row.personal.get(f"changes.{change['field']}", {}).get("value", {})}
                    for change in row.body["changes"]
                ],
            }
            for row in rows
        ]

    return bodies


def refusal_of(act, *given, **named) -> ServiceProblem:
    with pytest.raises(ServiceProblem) as refusal:
        act(*given, **named)
    return refusal.value


def names_in_order(calls, make_caller, **wanted):
    return [row["name"] for row in calls.call(make_caller(), "clients.list_clients", **wanted, seconds=5)["data"]]


def test_only_what_is_given_changes_and_the_version_steps_once(service, calls, make_caller, make_client, edit):
    client = make_client("Ann", "Lee", email="ann@example.com", company="Acme", city="Ulm")
    before = calls.call(make_caller(), "clients.get_client", client_id=str(client), seconds=5)
    after = edit(client, city="Köln", last_name="Moss", tax_exempt=True)
    assert after["profile"] == {**before["profile"], "city": "Köln", "last_name": "Moss", "tax_exempt": True}
    assert (before["version"], after["version"], after["contact_name"]) == (1, 2, "Ann Moss")


def test_one_event_tells_old_and_new_values_and_keeps_the_personal_ones_apart(
    service, make_client, edit, session, published
):
    client = make_client("Ann", "Lee", city="Ulm")
    edit(client, city="Köln", last_name="Moss", tax_exempt=True, language="de")
    (event,) = published("client.updated")
    assert event["facts"]["version"] == 2 and event["facts"]["entity"] == {"type": "client", "id": str(client)}
    assert {(c["field"], c["old"], c["new"]) for c in event["changes"]} == {
        ("last_name", "Lee", "Moss"),
        ("city", "Ulm", "Köln"),
        ("tax_exempt", False, True),
        ("language", "", "de"),
    }
    kept = session.scalar(select(outbox.c.body).where(outbox.c.type == "client.updated.v1"))
    assert "Köln" not in str(kept) and "Moss" not in str(kept) and "'de'" in str(kept)


def test_what_is_as_it_was_publishes_nothing_and_steps_no_version(service, make_client, edit, session):
    client = make_client("Ann", "Lee", city="Ulm")
    assert edit(client, city=" Ulm ", first_name="Ann", group_id=None)["version"] == 1
    assert session.scalar(select(func.count()).select_from(outbox)) == 0


def test_search_and_sort_follow_a_rename_at_once(service, calls, make_caller, make_client, edit):
    one, _ = make_client("Zoe", "Adams", email="zoe@example.com"), make_client("Mia", "Brown")
    assert names_in_order(calls, make_caller) == ["Mia Brown", "Zoe Adams"]
    edit(one, first_name="Álva", email="alva@example.com")
    assert names_in_order(calls, make_caller) == ["Álva Adams", "Mia Brown"]
    assert names_in_order(calls, make_caller, q="alva@") == ["Álva Adams"]
    assert names_in_order(calls, make_caller, q="zoe") == []
    edit(one, 2, company="Zum Löwen")
    assert names_in_order(calls, make_caller) == ["Mia Brown", "Zum Löwen"]
    assert names_in_order(calls, make_caller, q="lowen") == ["Zum Löwen"]


def test_names_email_and_phone_are_the_primary_contacts(service, make_client, edit, session):
    client = make_client("Ann", "Lee", email="ann@example.com", phone="0711 2842222")
    edit(client, email="ANN@Bücher.example", country="DE")
    contact = session.scalar(select(Contact).where(Contact.client_id == client))
    assert (contact.email, contact.email_key) == ("ANN@Bücher.example", "ann@xn--bcher-kva.example")
    assert contact.phone_e164 == "+497112842222"


def test_a_stale_change_is_refused_and_told_what_changed_and_who_saved_it(
    service, make_client, edit, make_caller, session
):
    client = make_client("Ann", "Lee", city="Ulm", company="Acme")
    session.add(group := ClientGroup(name="VIP", colour="#c99700"))
    session.commit()
    edit(client, company="First")
    edit(client, 2, make_caller(name="Bo Second"), city="Köln", group_id=str(group.id))
    problem = refusal_of(edit, client, 1, phone="1")
    assert (problem.status, problem.code, problem.extra["version"]) == (412, "stale", 3)
    changed = {one["field"]: (one["was"], one["value"], one["by"]) for one in problem.extra["changed"]}
    assert changed == {
        "company": ("Acme", "First", "Ada Staff"),
        "city": ("Ulm", "Köln", "Bo Second"),
        "group_id": (None, str(group.id), "Bo Second"),
    }
    assert {error["pointer"]: error["code"] for error in problem.errors} == dict.fromkeys(
        ("/company", "/city", "/group_id"), "stale"
    )
    problem = refusal_of(edit, client, 2, phone="1")
    assert {one["field"] for one in problem.extra["changed"]} == {"city", "group_id"}
    assert session.scalar(select(Contact.phone).where(Contact.client_id == client)) == ""


def test_a_change_of_the_primary_contact_makes_an_open_profile_stale(
    service, calls, make_client, edit, make_caller, session
):
    client = make_client("Ann", "Lee")
    contact = session.scalar(select(Contact.id).where(Contact.client_id == client))
    calls.call(
        make_caller(name="Cy Third"),
        "clients.update_contact",
        client_id=str(client),
        contact_id=str(contact),
        last_name="Moss",
        seconds=5,
        writes=True,
    )
    (changed,) = refusal_of(edit, client, 1, city="Ulm").extra["changed"]
    assert (changed["field"], changed["value"], changed["by"]) == ("last_name", "Moss", "Cy Third")


def test_of_two_who_save_at_once_one_is_saved_and_the_other_is_told(
    service, calls, make_caller, make_client, session, published
):
    client = make_client("Ann", "Lee")
    pending = [
        calls.start(
            make_caller(name=f"Staff {n}"),
            "clients.update_client",
            seconds=10,
            writes=True,
            client_id=str(client),
            version=1,
            city=f"City {n}",
        )
        for n in range(8)
    ]
    outcomes = []
    for call in pending:
        try:
            outcomes.append(call.result()["profile"]["city"])
        except ServiceProblem as problem:
            outcomes.append(problem.code)
    assert outcomes.count("stale") == 7
    (saved,) = set(outcomes) - {"stale"}
    assert session.execute(select(Client.city, Client.version).where(Client.id == client)).one() == (saved, 2)
    assert [event["changes"][0]["new"] for event in published("client.updated")] == [saved]


def test_an_email_that_another_client_has_is_refused_unless_it_is_meant(service, make_client, edit):
    make_client("Bo", "Other", company="Other Ltd", email="bo@example.com")
    client = make_client("Ann", "Lee", email="ann@example.com")
    problem = refusal_of(edit, client, email="BO@example.com")
    assert (problem.code, problem.errors[0]["pointer"], problem.extra["duplicate"]["name"]) == (
        "duplicate",
        "/email",
        "Other Ltd",
    )
    assert edit(client, email="bo@example.com", allow_duplicate_email=True)["profile"]["email"] == "bo@example.com"
    assert edit(client, 2, email="Bo@example.com")["profile"]["email"] == "Bo@example.com"


def test_a_group_is_changed_by_an_event_of_its_own_with_the_names_of_both(
    service, make_client, edit, session, published
):
    session.add_all(
        [gold := ClientGroup(name="Gold", colour="#c99700"), tin := ClientGroup(name="Tin", colour="#999999")]
    )
    session.commit()
    client = make_client(group_id=gold.id)
    assert edit(client, group_id=str(tin.id), city="Ulm")["group"]["name"] == "Tin"
    assert edit(client, 2, group_id=None)["group"] is None
    assert [
        (e["changes"], e["facts"]["group_id"], e["facts"]["version"]) for e in published("client.group_changed")
    ] == [
        ([{"field": "group", "old": "Gold", "new": "Tin"}], str(tin.id), 2),
        ([{"field": "group", "old": "Tin", "new": None}], None, 3),
    ]
    assert len(published("client.updated")) == 1
    problem = refusal_of(edit, client, 3, group_id="0192f0c1-2345-7abc-8def-0123456789ab")
    assert problem.errors[0]["pointer"] == "/group_id"


@pytest.mark.parametrize(
    "field, value",
    [
        ("email", "moss@"),
        ("first_name", ""),
        ("first_name", None),
        ("last_name", "a\u202eb"),
        ("company", "a\x00b"),
        ("city", "x" * 101),
        ("country", "UK"),
        ("language", "German"),
        ("tax_exempt", "maybe"),
        ("status", "inactive"),
        ("balance", "1"),
        ("version", "1"),
        ("tags", []),
    ],
)
def test_a_faulty_field_is_named_and_nothing_is_changed(
    service, make_client, calls, make_caller, session, field, value
):
    client = make_client("Ann", "Lee")
    problem = refusal_of(
        calls.call,
        make_caller(),
        "clients.update_client",
        seconds=5,
        writes=True,
        **{"client_id": str(client), "version": 1, "city": "Ulm", field: value},
    )
    assert (problem.status, [error["pointer"] for error in problem.errors]) == (422, [f"/{field}"])
    assert session.execute(select(Client.city, Client.version)).one() == ("", 1)


def test_markup_emoji_and_combining_marks_are_text(service, make_client, edit):
    names = {"company": "<script>alert(1)</script> & Söhne", "first_name": "👩‍🚀 x\u0304 e\u0301", "city": "日本 ערבית"}
    profile = edit(make_client(), **names)["profile"]
    assert {name: profile[name] for name in names} == names


def test_it_needs_its_permission_and_a_client(service, make_client, edit, make_caller):
    refused = refusal_of(
        edit, make_client(), 1, make_caller(permissions=("clients.view", "clients.create")), city="Ulm"
    )
    assert refused.code == "forbidden"
    assert refusal_of(edit, "0192f0c1-2345-7abc-8def-0123456789ab", city="Ulm").code == "not-found"
    assert refusal_of(edit, "nonsense", city="Ulm").code == "not-found"


def test_tags_are_set_as_a_whole_and_published_by_their_names(
    service, calls, make_caller, make_client, session, published
):
    tags = [Tag(name=name, colour="#112233") for name in ("beta", "alpha", "gamma")]
    session.add_all(tags)
    session.commit()
    client = make_client()

    def put(*wanted):
        return [
            tag["name"]
            for tag in calls.call(
                make_caller(),
                "clients.set_client_tags",
                client_id=str(client),
                seconds=5,
                tags=[str(tag.id) for tag in wanted],
                writes=True,
            )["data"]
        ]

    beta, alpha, gamma = tags
    assert put(beta, alpha, beta) == ["alpha", "beta"]
    assert put(alpha, beta) == ["alpha", "beta"]
    assert put(gamma, alpha) == ["alpha", "gamma"]
    assert put() == []
    assert [
        (change["old"], change["new"]) for event in published("client.tags_changed") for change in event["changes"]
    ] == [
        ([], ["alpha", "beta"]),
        (["alpha", "beta"], ["alpha", "gamma"]),
        (["alpha", "gamma"], []),
    ]
    with pytest.raises(ServiceProblem) as refusal:
        calls.call(
            make_caller(),
            "clients.set_client_tags",
            client_id=str(client),
            seconds=5,
            writes=True,
            tags=[str(alpha.id), str(client)],
        )
    assert refusal.value.errors[0]["pointer"] == "/tags/1"


def test_what_others_did_to_the_tags_since_they_were_seen_stays(service, calls, make_caller, make_client, session):
    ids = {name: new_id() for name in ("both", "mine", "theirs", "taken", "dropped")}
    session.add_all(Tag(id=id, name=name, colour="#112233") for name, id in ids.items())
    session.commit()
    client = str(make_client())

    def put(*names, **given):
        about = {"client_id": client, "tags": [str(ids[name]) for name in names], "writes": True, "seconds": 5}
        answer = calls.call(make_caller(), "clients.set_client_tags", **about, **given)
        return [tag["name"] for tag in answer["data"]]

    seen = [str(ids[name]) for name in ("both", "taken", "dropped")]
    put("both", "dropped", "theirs")
    assert put("both", "taken", "mine", was=seen) == ["both", "mine", "theirs"]
    assert put("mine", was=[]) == ["both", "mine", "theirs"]
    assert put("mine") == ["mine"]
