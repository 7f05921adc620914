"""What the list costs: at 20,000 clients no page sorts or reads the table from end to end."""

from uuid import UUID

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.orm import Session

from chassis.db.engine import driver_url, make_engine
from chassis.db.paging import write_cursor
from services.clients.queries.client_list import client_page
from services.clients.tests.queries.test_client_list import ALL

CLIENTS = 20_000
GROUP, TAG = "0192f0c1-0000-7000-8000-000000000001", "0192f0c1-0000-7000-8000-000000000002"
FIELD = "0192f0c1-0000-7000-8000-000000000003"

LOAD = """
SET session_replication_role = replica;
INSERT INTO client_groups (id, name, colour) VALUES (:group, 'VIP', '#112233');
INSERT INTO tags (id, name, colour) VALUES (:tag, 'net-30', '#112233');
INSERT INTO clients (id, status, joined_at, last_login_at, group_id, currency, sort_name, country, search_text)
SELECT gen_random_uuid(), CASE WHEN n % 20 = 0 THEN 'suspended' WHEN n % 20 < 4 THEN 'inactive' ELSE 'active' END,
       timestamptz '2020-01-01' + n * interval '1 hour', CASE WHEN n % 5 > 0 THEN now() - n * interval '1 minute' END,
       CASE WHEN n % 10 = 0 THEN CAST(:group AS uuid) END, 'EUR', word, CASE WHEN n % 200 = 0 THEN 'NO' ELSE 'DE' END,
       concat_ws(chr(10), word, word || '@example.com', '49711' || 5000000 + n, '0711' || 5000000 + n,
                 CASE WHEN n = 9 THEN 'conan o''brien' || chr(10) || 'conan obrien' || chr(10) || '王小明' END)
FROM (SELECT n, substr(md5(n::text), 1, 6) || CASE WHEN n = 7 THEN ' zygote' WHEN n % 3 = 0 THEN ' studio' ELSE '' END AS word
      FROM generate_series(1, :clients) n) AS made;
INSERT INTO billing_totals (client_id, currency, active_services, outstanding_minor, overdue_minor, credit_minor, next_due_on)
SELECT id, CASE WHEN n % 3 = 0 THEN 'EUR' ELSE 'USD' END, n % 7, CASE WHEN n % 5 = 0 THEN n ELSE 0 END,
       CASE WHEN n % 15 = 0 THEN n ELSE 0 END, CASE WHEN n % 50 = 0 THEN n ELSE 0 END,
       CASE WHEN n % 7 > 0 THEN date '2026-01-01' + n % 365 END
FROM (SELECT id, row_number() OVER ()::int AS n FROM clients) AS numbered;
UPDATE billing_totals SET oldest_due_on = next_due_on WHERE overdue_minor > 0;
INSERT INTO custom_fields (id, label, type, visibility) VALUES (:field, 'VAT checked', 'checkbox', 'staff_only');
INSERT INTO custom_field_values SELECT id, :field, to_jsonb(row_number() OVER () % 1000 = 0) FROM clients;
INSERT INTO contacts (id, client_id, is_primary, first_name, last_name, email, email_key, role, status)
SELECT gen_random_uuid(), id, true, 'A', 'B', id || '@example.com', id || '@example.com', 'owner', 'active' FROM clients;
INSERT INTO client_tags SELECT id, :tag FROM clients WHERE status = 'active' AND group_id IS NULL LIMIT 3000;
"""


@pytest.fixture(scope="module")
def many(databases):
    """The database with many clients, statistics taken; emptied afterwards."""
    database = databases("clients")
    database.empty()
    engine = create_engine(driver_url(database.superuser_url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(LOAD), {"group": GROUP, "tag": TAG, "field": FIELD, "clients": CLIENTS})
        connection.execute(text("VACUUM ANALYZE clients, billing_totals, contacts, client_tags, custom_field_values"))
    engine.dispose()
    yield database
    database.empty()


@pytest.fixture
def plans(many):
    """`plans(**wanted)`: the page's own statement's plan, as text, and the page."""
    engine = make_engine(many.app_url)
    seen = []
    event.listen(engine, "after_cursor_execute", lambda *given: seen.append((given[2], given[3])))
    with Session(engine, expire_on_commit=False) as session:

        def plan(**wanted):
            seen.clear()
            session.connection()
            page = client_page(session, **{**ALL, "limit": 25, **wanted})
            statement, values = next(one for one in seen if "key_0" in one[0])
            lines = session.connection().exec_driver_sql("EXPLAIN " + statement, values).scalars().all()
            return "\n".join(lines), page

        yield plan
    engine.dispose()


def from_the_middle(plans, sort: str) -> dict:
    cursor = None
    for _ in range(3):
        cursor = plans(sort=sort, limit=100, after=cursor)[1]["page"]["next"]
    return {"sort": sort, "after": cursor}


@pytest.mark.parametrize("sort", ["name", "-name", "joined", "-joined", "last_login", "-last_login"])
def test_each_order_and_its_middle_and_group_with_status_walk_an_index(plans, sort):
    wanted = [
        {"sort": sort},
        from_the_middle(plans, sort),
        {"sort": sort, "group": GROUP, "status": "suspended"},
        {"sort": sort, "status": "active"},
        {"sort": sort, "q": "studio"},
        {"sort": sort, "q": "st"},
    ]
    for one in wanted:
        plan, page = plans(**one)
        assert len(page["data"]) == 25
        assert "Index" in plan and "Seq Scan on clients" not in plan and "Sort" not in plan, (one, plan)
        assert ("ix_clients_group_" in plan) is ("group" in one), plan


END_OF = {"next_due": (["9999-12-31"], ["0001-01-01"]), "services": (["999"], ["-1"])}
OF_TOTALS = ("services", "outstanding", "overdue", "credit_balance", "next_due")


@pytest.mark.parametrize("sort", [*OF_TOTALS, *(f"-{name}" for name in OF_TOTALS)])
def test_each_order_by_totals_walks_its_index_on_the_first_page_in_the_middle_and_on_the_last(plans, sort):
    high, low = END_OF.get(sort.lstrip("-"), (["ZZZ", "999"], ["", "-1"]))
    last = write_cursor(f"clients:{sort}", [*(low if sort.startswith("-") else high), str(UUID(int=0))])
    for one in ({"sort": sort}, from_the_middle(plans, sort), {"sort": sort, "before": last}):
        plan, page = plans(**one)
        assert len(page["data"]) == 25
        assert "ix_billing_totals_" in plan and "Seq Scan" not in plan and "Sort" not in plan, (one, plan)


@pytest.mark.parametrize(
    "q, index",
    [
        ("zygote", "ix_clients_search"),
        ("zy", "ix_clients_grams"),
        ("yg", "ix_clients_grams"),
        ("o’brien CONAN", "ix_clients_search"),
        ("co obrien", "ix_clients_search"),
        ("王小明", "ix_clients_search"),
        ("小明", "ix_clients_grams"),
        ("明 王", "ix_clients_grams"),
        ("0049 (711) 500-0009", "ix_clients_search"),
        ("0711/5000009", "ix_clients_search"),
        ("71 15 00 00 09", "ix_clients_search"),
    ],
)
def test_rare_words_pairs_of_letters_and_numbers_are_looked_up(plans, q, index):
    plan, page = plans(q=q)
    assert [row["name"] for row in page["data"]] == ["A B"] and page["page"]["total"] == 1
    assert index in plan and "Seq Scan on clients" not in plan, plan


def test_a_large_total_is_an_estimate_near_the_truth(plans):
    page = plans()[1]["page"]
    assert page["exact"] is False and abs(page["total"] - CLIENTS) < CLIENTS * 0.02
    page = plans(status="suspended")[1]["page"]
    assert (page["total"], page["exact"]) == (1000, True)


def test_a_page_of_tagged_clients_does_not_read_the_table(plans):
    plan, page = plans(tag=TAG)
    assert len(page["data"]) == 25 and "Seq Scan on clients" not in plan, plan


def test_an_estimate_belongs_to_its_own_values_not_to_the_first_ones_asked(plans):
    pages = {status: plans(status=status)[1]["page"] for status in ("active", "suspended", "inactive")}
    assert {status: page["exact"] for status, page in pages.items()} == {
        "active": False,
        "suspended": True,
        "inactive": False,
    }
    assert (
        pages["suspended"]["total"] == 1000 and pages["active"]["total"] > 14_000 and pages["inactive"]["total"] < 4_000
    )


@pytest.mark.parametrize(
    "filter, index",
    [
        ("outstanding > 15000 EUR", "ix_billing_totals_outstanding"),
        ("overdue > 15000 EUR AND status = active", "ix_billing_totals_overdue"),
        ("credit_balance >= 150 EUR", "ix_billing_totals_credit_balance"),
        ("oldest_due < 2026-01-05", "ix_billing_totals_oldest_due"),
        ("next_due < 2026-01-01", "ix_billing_totals_next_due_up"),
        ("joined < 2020-01-05", "ix_clients_joined"),
        ("last_login > +1d", "ix_clients_login_down"),
        ("country = NO", "ix_clients_country"),
        ("country = NO AND NOT company:studio AND outstanding = 0", "ix_clients_country"),
        ('field."VAT checked" = true', "ix_custom_field_values_value"),
        ("company:zygote", "ix_clients_search"),
        ("name:zygote", "ix_clients_search"),
    ],
)
def test_a_rare_condition_of_a_filter_is_looked_up(plans, filter, index):
    for sort in ("name", "-outstanding"):
        plan, _ = plans(filter=filter, sort=sort)
        assert index in plan and "Seq Scan on clients" not in plan, plan


@pytest.mark.parametrize("sort", ["name", "-last_login", "-outstanding", "services"])
@pytest.mark.parametrize(
    "filter", ["status = active", "country = DE AND active_services > 0", "tag:net-30 OR currency = EUR"]
)
def test_a_common_condition_of_a_filter_walks_the_order(plans, filter, sort):
    plan, page = plans(filter=filter, sort=sort)
    assert len(page["data"]) == 25
    assert "Seq Scan on clients" not in plan and "Seq Scan on billing_totals" not in plan and "Sort" not in plan, plan


def test_a_large_total_of_a_filter_is_an_estimate_and_says_so(plans):
    page = plans(filter="status = active")[1]["page"]
    assert page["exact"] is False and page["total"] > 14_000
    assert plans(filter="country = NO")[1]["page"]["exact"] is True
