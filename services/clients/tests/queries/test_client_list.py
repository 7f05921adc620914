"""The client list: search, filters, orders, pages."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text, update

from chassis.errors import ServiceProblem
from chassis.types.cursors import write_cursor
from chassis.types.ids import new_id
from services.clients import rules
from services.clients.commands.records.folded_copies import renew_copies
from services.clients.models import BillingTotals, Client, ClientGroup, ClientTag, Contact, Tag
from services.clients.queries.client_list import client_page
from services.clients.queries.client_orders import in_order
from services.clients.queries.clients import client_record

ALL = {"q": "", "group": None, "status": None, "tag": None, "sort": "name", "limit": 100, "after": None, "before": None}
DAY = datetime(2026, 1, 1, tzinfo=UTC)


def names(session, **wanted) -> list[str]:
    return [row["name"] for row in client_page(session, **{**ALL, **wanted})["data"]]


@pytest.fixture
def people(make_client):
    make_client("Luís", "Gonçalves", company="Embraer S.A.", email="luisg@embraer.com.br")
    make_client("Bjørn", "Hansen", email="bjorn.hansen@yahoo.no")
    make_client("Leonie", "Köhler", company="100% Öko_Haus", email="leonie@surfeu.de")
    make_client("Zoë", "O'Neill", email="zoe@example.com")


@pytest.mark.parametrize(
    "q, found",
    [
        ("goncalves", ["Embraer S.A."]),
        ("GONÇALVES", ["Embraer S.A."]),
        ("brae", ["Embraer S.A."]),
        ("luis", ["Embraer S.A."]),
        ("yahoo", ["Bjørn Hansen"]),
        ("bjorn hansen", ["Bjørn Hansen"]),
        ("BJØRN", ["Bjørn Hansen"]),
        ("öko", ["100% Öko_Haus"]),
        ("%", ["100% Öko_Haus"]),
        ("_", ["100% Öko_Haus"]),
        ("0%", ["100% Öko_Haus"]),
        ("0% o", ["100% Öko_Haus"]),
        ("%_", []),
        ("__", []),
        ("\\", []),
        ("'", ["Zoë O'Neill"]),
        ("o'", ["Zoë O'Neill"]),
        ("z", ["Zoë O'Neill"]),
        ("')) or 1=1--", []),
        ("%" * 100, []),
        ("zo", ["Zoë O'Neill"]),
        ("br", ["Embraer S.A."]),
        ("e", None),
        ("S.A.", ["Embraer S.A."]),
        ("nobody", []),
        ("", None),
        ("   ", None),
        ("@", None),
        ("s.a. luis", ["Embraer S.A."]),
        ("s.a. bjorn", []),
        ("embr%er", []),
        ("em_raer", []),
        ("100% öko_haus", ["100% Öko_Haus"]),
    ],
)
def test_search_finds_parts_of_name_company_and_email_and_means_each_character(session, people, q, found):
    everybody = ["100% Öko_Haus", "Bjørn Hansen", "Embraer S.A.", "Zoë O'Neill"]
    assert names(session, q=q) == (everybody if found is None else found)


PHONE = ["0711 284 2222", "0711/2842222", "+49 711 2842222", "0049 (711) 284-2222", "+49 (0)711 2842222", "284 2222"]


@pytest.mark.parametrize(
    "q",
    ["O'Brien", "O’Brien", "obrien", "OʼBRIEN", "brien conan", "conan o", "conan brien", "o brien"]
    + ["jean-luc", "jean luc", "jeanluc", "luc jean", "jean\u2011luc", "second@", "picard second"]
    + ["DE 123.456-789", "de123456789", "123 456 789", "123456789", *PHONE]
    + ["O’Brien, Conan", "Picard, Jean-Luc <second@fieldtest.example>", "mailto:second@fieldtest.example", "a, conan b"]
    + ["+49 0711 2842222", "tel:+497112842222", "Tel. 0711 - 284 22 22", "011 49 711 2842222", "٠٧١١٢٨٤٢٢٢٢"],
)
def test_every_contact_the_phone_and_the_tax_id_are_found_in_any_notation_and_order(session, make_client, q):
    make_client("Ann", "Lee", company="Other", phone="0711 999 9999", country="DE", tax_id="DE 999.999.999")
    conan = make_client(
        "Conan", "O’Brien", company="Found", phone="0711 2842222", country="DE", tax_id="DE 123.456.789"
    )
    jean = {"first_name": "Jean-Luc", "last_name": "Picard", "email": "second@fieldtest.example"}
    session.add(Contact(client_id=conan, email_key=jean["email"], **jean))
    renew_copies(session, session.get(Client, conan))
    session.commit()
    assert names(session, q=q) == ["Found"]


@pytest.mark.parametrize("q", ["王小明", "王 小明", "小明 王", "小明王", "小明", "王"])
@pytest.mark.parametrize("person", [("小明", "王"), ("王", "小明"), ("王小明", "-"), ("王 小明", "-")])
def test_a_name_without_spaces_is_found_with_and_without_them(session, make_client, person, q):
    make_client("大卫", "李")
    make_client(*person, company="Found")
    assert names(session, q=q) == (["Found"] if q != "小明王" or person[1] != "-" else [])


@pytest.mark.parametrize("q", ["株式会社山田", "株式会社 山田", "株式会社・山田", "山田", "社山"])
def test_a_company_without_spaces_is_found_with_and_without_them(session, make_client, q):
    make_client("大卫", "李", company="山王 田中")
    make_client(company="株式会社 山田")
    assert names(session, q=q) == ["株式会社 山田"]


def test_short_searches_find_the_same_by_index_and_by_walking(session, people, monkeypatch):
    by_index = {
        q: names(session, q=q)
        for q in ("z", "o'", "en", "@", "x", "%", "_", "%_", "a%", "b h", "7 1", "12 34", "o', z")
    }
    monkeypatch.setattr("services.clients.queries.client_list.WALK_FROM", 0)
    assert {q: names(session, q=q) for q in by_index} == by_index


def test_the_tags_of_a_row_stand_in_the_order_of_their_record(session, make_client):
    tags = [Tag(name=name, colour="#112233") for name in ("zeta", "Échelon", "beta", "Alpha")]
    session.add_all(tags)
    client_id = make_client("A", "A")
    session.flush()
    session.add_all([ClientTag(client_id=client_id, tag_id=tag.id) for tag in tags])
    session.commit()
    row, record = client_page(session, **ALL)["data"][0], client_record(session, client_id, with_notes=False)
    assert [tag["name"] for tag in row["tags"]] == ["Alpha", "beta", "Échelon", "zeta"]
    assert row["tags"] == record["tags"]


def test_filters_by_group_no_group_status_and_tag_and_all_of_them(session, make_client):
    session.add_all(
        [
            group := ClientGroup(name="VIP", colour="#c99700"),
            tag := Tag(name="net-30", colour="#112233"),
            other := Tag(name="eu vat", colour="#445566"),
        ]
    )
    session.commit()
    make_client("A", "A")
    tagged = make_client("B", "B", group_id=group.id)
    make_client("C", "C", status="suspended", group_id=group.id)
    session.add_all([ClientTag(client_id=tagged, tag_id=tag.id), ClientTag(client_id=tagged, tag_id=other.id)])
    session.commit()
    assert names(session, group=group.id) == ["B B", "C C"]
    assert names(session, group="none") == ["A A"]
    assert names(session, status="suspended") == ["C C"]
    assert names(session, tag=tag.id) == ["B B"]
    assert names(session, tag=tag.id, status="suspended") == []
    assert names(session, group=group.id, status="active", tag=tag.id, q="b") == ["B B"]
    assert names(session, group=new_id()) == []
    row = client_page(session, **{**ALL, "tag": tag.id})["data"][0]
    assert row["group"] == {"id": str(group.id), "name": "VIP", "colour": "#c99700"}
    assert row["tags"] == [
        {"id": str(other.id), "name": "eu vat", "colour": "#445566"},
        {"id": str(tag.id), "name": "net-30", "colour": "#112233"},
    ]


def test_names_sort_without_regard_to_case_and_accents_and_companies_by_their_own_name(session, make_client):
    for first, last, company in (
        ("Émile", "Zola", ""),
        ("emile", "abel", ""),
        ("Ann", "Lee", "Zebra"),
        ("Zoë", "Q", "äpfel"),
    ):
        make_client(first, last, company=company)
    assert names(session) == ["äpfel", "emile abel", "Émile Zola", "Zebra"]
    assert names(session, sort="-name") == ["Zebra", "Émile Zola", "emile abel", "äpfel"]


def test_who_never_signed_in_comes_last_both_ways(session, make_client):
    make_client("Never", "N")
    make_client("Old", "O", last_login_at=DAY)
    make_client("New", "N", last_login_at=DAY + timedelta(days=9))
    assert names(session, sort="last_login") == ["Old O", "New N", "Never N"]
    assert names(session, sort="-last_login") == ["New N", "Old O", "Never N"]


def give_totals(session, client_id, **totals) -> None:
    session.execute(update(BillingTotals).where(BillingTotals.client_id == client_id).values(**totals))
    session.commit()


@pytest.fixture
def owing(session, make_client):
    """Clients by what they owe in two currencies, and what is due of them next."""
    for name, currency, outstanding, due in (
        ("None", "EUR", 0, None),
        ("Euro", "EUR", 900, date(2026, 3, 1)),
        ("Less", "EUR", 100, date(2026, 2, 1)),
        ("Yen", "JPY", 5, None),
    ):
        client_id = make_client(name, "x")
        give_totals(session, client_id, currency=currency, outstanding_minor=outstanding, next_due_on=due)


def test_what_is_owed_is_in_the_order_of_its_currency_and_nothing_before_all(session, owing):
    assert names(session, sort="outstanding") == ["None x", "Less x", "Euro x", "Yen x"]
    assert names(session, sort="-outstanding") == ["Yen x", "Euro x", "Less x", "None x"]


def test_of_whom_nothing_is_due_comes_last_both_ways(session, owing):
    assert names(session, sort="next_due")[:2] == ["Less x", "Euro x"]
    assert names(session, sort="-next_due")[:2] == ["Euro x", "Less x"]


def test_a_search_is_put_in_order_by_totals_too(session, owing):
    assert names(session, q="x", sort="-outstanding") == ["Yen x", "Euro x", "Less x", "None x"]
    assert names(session, q="eur", sort="-outstanding") == ["Euro x"]


def test_a_row_has_its_totals_in_the_currency_that_billing_keeps(session, make_client):
    client_id = make_client()
    given = {"currency": "KWD", "active_services": 3, "suspended_services": 1, "oldest_due_on": date(2026, 1, 2)}
    money = {"outstanding_minor": 12500, "overdue_minor": 500, "credit_minor": 7, "next_due_on": date(2026, 2, 3)}
    give_totals(session, client_id, **given, **money)
    row = client_page(session, **ALL)["data"][0]
    assert {name: row[name] for name in list(row)[-7:]} == {
        "active_services": 3,
        "suspended_services": 1,
        "outstanding": {"amount": "12.500", "currency": "KWD"},
        "overdue": {"amount": "0.500", "currency": "KWD"},
        "oldest_due_on": "2026-01-02",
        "credit_balance": {"amount": "0.007", "currency": "KWD"},
        "next_due_on": "2026-02-03",
    }


def test_the_total_is_exact_when_it_is_small(session, people):
    page = client_page(session, **{**ALL, "limit": 2})["page"]
    assert (page["total"], page["exact"]) == (4, True)
    page = client_page(session, **{**ALL, "limit": 2, "q": "z"})["page"]
    assert (page["total"], page["exact"]) == (1, True)


@pytest.mark.parametrize(
    ("wanted", "total"), [({}, 4), ({"group": "none", "status": "active"}, 4), ({"tag": new_id()}, 0)]
)
def test_a_page_without_search_and_its_total_leave_no_transaction_open(session, people, wanted, total):
    session.commit()
    page = client_page(session, **{**ALL, "limit": 1, **wanted})["page"]
    assert (page["total"], page["exact"]) == (total, True)
    assert not session.in_transaction()


def test_a_cursor_that_no_page_gave_is_refused(session, people):
    _, order = in_order(select(Client.id), Client, rules.ClientSort.NAME)
    for name, client_id in (("a\x00b", str(new_id())), ("a", "nonsense")):
        with pytest.raises(ServiceProblem) as refusal:
            names(session, after=write_cursor(order.name, (name, client_id)))
        assert refusal.value.errors[0]["pointer"] == "/after"
    for sort in ("joined", "-name"):
        cursor = client_page(session, **{**ALL, "limit": 1})["page"]["next"]
        with pytest.raises(ServiceProblem):
            names(session, sort=sort, after=cursor)


FEW = st.integers(0, 2)
CLIENTS = st.lists(
    st.tuples(st.sampled_from("aBbé"), FEW, st.none() | FEW, st.sampled_from(["EUR", "JPY"]), FEW, FEW), max_size=12
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(clients=CLIENTS, limit=st.integers(1, 4))
def test_walking_any_order_either_way_meets_each_client_once_and_in_order(session, make_client, clients, limit):
    session.execute(text("DELETE FROM contacts; DELETE FROM clients"))
    for name, joined, login, currency, owed, active in clients:
        client_id = make_client(
            name,
            "x",
            joined_at=DAY + timedelta(days=joined),
            last_login_at=None if login is None else DAY + timedelta(days=login, microseconds=login),
        )
        give_totals(
            session,
            client_id,
            currency=currency,
            active_services=active,
            outstanding_minor=owed,
            overdue_minor=max(0, owed - 1),
            credit_minor=active,
            next_due_on=date(2026, 1, 1 + active) if active else None,
        )
    for sort in rules.ClientSort:
        whole = [row["id"] for row in client_page(session, **{**ALL, "sort": str(sort)})["data"]]
        assert len(set(whole)) == len(clients)
        assert walk(session, str(sort), limit) == whole


def walk(session, sort: str, limit: int) -> list[str]:
    """All ids by `after` from the first page; checks that `before` leads back over the same pages."""
    pages, cursor = [], None
    while True:
        answer = client_page(session, **{**ALL, "sort": sort, "limit": limit, "after": cursor})
        pages.append([row["id"] for row in answer["data"]])
        back = answer["page"]["prev"]
        assert (back is None) == (len(pages) == 1 or not pages[-1])
        if back is not None:
            earlier = client_page(session, **{**ALL, "sort": sort, "limit": limit, "before": back})
            assert [row["id"] for row in earlier["data"]] == pages[-2]
        cursor = answer["page"]["next"]
        if cursor is None:
            return [one for page in pages for one in page]
