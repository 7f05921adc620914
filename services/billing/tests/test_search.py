"""Search of billing: what is found, for whom, and on which index."""

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.orm import Session

from chassis.db.engine import driver_url
from chassis.permissions import Permission
from services.billing.queries.search import KINDS, search
from tests.support import billing_rows

MANY = 20_000
LOAD = """
SET session_replication_role = replica;
INSERT INTO domains (id, client_id, name, status, auto_renew)
SELECT gen_random_uuid(), gen_random_uuid(), substr(md5(n::text), 1, 12) || '.example', 'active', true
FROM generate_series(1, :many) n;
INSERT INTO subscriptions (id, client_id, product, domain, billing_cycle, currency, price_minor, status)
SELECT gen_random_uuid(), gen_random_uuid(), 'Cloud VPS', substr(md5(n::text), 1, 12) || '.example', 'monthly', 'EUR', 1, 'active'
FROM generate_series(1, :many) n;
UPDATE subscriptions SET product = '東京サーバ' WHERE number % 1000 = 0;
UPDATE domains SET name = 'xn--bcher-kva.example', folded_name = 'bucher.example' WHERE name LIKE 'c51ce4%';
UPDATE domains SET name = 'xn--1lqs71d.example', folded_name = '東京.example' WHERE name LIKE 'c81e72%';
INSERT INTO invoices (id, client_id, number, status, issue_date, currency, subtotal_minor, tax_minor, total_minor)
SELECT gen_random_uuid(), gen_random_uuid(), n, 'unpaid', '2026-11-01', 'EUR', 0, 0, 0 FROM generate_series(1, :many) n;
"""


def find(session, q: str, kinds=None, held=frozenset(Permission), limit: int = 25) -> list[tuple[str, str, str]]:
    hits = search(session, lambda permission: permission in held, q=q, kinds=kinds, limit=limit)["data"]
    return [(hit["kind"], hit["title"], hit["matched"]) for hit in hits]


@pytest.fixture
def things(session, account):
    client = account()
    billing_rows.invoice(session, client, 42)
    billing_rows.order(session, client, 42)
    billing_rows.subscription(session, client, number=7300, product="Cloud VPS 4", domain="bücher.example")
    billing_rows.subscription(session, client, number=7301, product="Backup 7300", domain=None)
    billing_rows.subscription(session, client, number=7302, product="Müller’s Café 東京サーバ", domain=None)
    billing_rows.domain(session, client, name="xn--bcher-kva.example")
    billing_rows.domain(session, client, name="brightwater.example")
    return client


@pytest.mark.parametrize(
    "q, found",
    [
        ("42", [("invoice", "INV-00042", "number"), ("order", "ORD-00042", "number")]),
        ("#42", [("invoice", "INV-00042", "number"), ("order", "ORD-00042", "number")]),
        ("inv-00042", [("invoice", "INV-00042", "number")]),
        ("INV 42", [("invoice", "INV-00042", "number")]),
        ("ord42", [("order", "ORD-00042", "number")]),
        ("SVC-07300", [("service", "Cloud VPS 4", "number")]),
        ("svc 7300", [("service", "Cloud VPS 4", "number")]),
        ("7300", [("service", "Cloud VPS 4", "number"), ("service", "Backup 7300", "product")]),
        ("INV-07300", []),
        ("vps cloud", [("service", "Cloud VPS 4", "product")]),
        ("Bücher", [("service", "Cloud VPS 4", "domain"), ("domain", "bücher.example", "name")]),
        ("bcher-kva", [("domain", "bücher.example", "name")]),
        ("100%_", []),
        ("9" * 18, []),
        ("nobody", []),
        ("INV–00042", [("invoice", "INV-00042", "number")]),
        ("Invoice no. 42", [("invoice", "INV-00042", "number")]),
        ("MERIDIAN RE INV 00042", [("invoice", "INV-00042", "number")]),
        ("Order #42", [("order", "ORD-00042", "number")]),
        ("service 7300", [("service", "Cloud VPS 4", "number")]),
        ("muller's cafe", [("service", "Müller’s Café 東京サーバ", "product")]),
        ("MÜLLER’S", [("service", "Müller’s Café 東京サーバ", "product")]),
        ("東京", [("service", "Müller’s Café 東京サーバ", "product")]),
        ("東京 サーバ", [("service", "Müller’s Café 東京サーバ", "product")]),
        ("büch", [("service", "Cloud VPS 4", "domain"), ("domain", "bücher.example", "name")]),
        ("bucher.ex", [("service", "Cloud VPS 4", "domain"), ("domain", "bücher.example", "name")]),
        ("xn--bcher-kva.example", [("service", "Cloud VPS 4", "domain"), ("domain", "bücher.example", "name")]),
        (
            "https://www.BÜCHER.example:8443/a?b#c",
            [("service", "Cloud VPS 4", "domain"), ("domain", "bücher.example", "name")],
        ),
        ("Ada <ada@bücher.example>", [("domain", "bücher.example", "name")]),
        ("vps-41.brightwater.example.", [("domain", "brightwater.example", "name")]),
        ("info@mail.brightwater.example", [("domain", "brightwater.example", "name")]),
        ("a b", []),
        ("a.b", []),
    ],
)
def test_numbers_products_and_names_are_found(session, things, q, found):
    assert find(session, q) == found


def test_each_kind_needs_its_own_permission_and_is_found_where_it_is_wanted(session, things):
    assert find(session, "42", held={Permission.ORDERS_VIEW}) == [("order", "ORD-00042", "number")]
    assert find(session, "42", kinds=["invoice"]) == [("invoice", "INV-00042", "number")]
    assert find(session, "bücher", held=set()) == []


@pytest.fixture
def many(loaded):
    """An engine on the full tables, of one test."""
    engine = create_engine(loaded)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def loaded(databases):
    database = databases("billing")
    database.empty()
    engine = create_engine(driver_url(database.superuser_url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(LOAD), {"many": MANY})
        connection.execute(text("VACUUM ANALYZE domains, subscriptions, invoices"))
    engine.dispose()
    yield driver_url(database.app_url)
    database.empty()


@pytest.mark.parametrize(
    "kind, q, index",
    [
        ("domain", "c4ca4238", "ix_domains_search"),
        ("domain", "c4ca4238a0b9.example", "ix_domains_search"),
        ("domain", "exampl", "domains_pkey"),
        ("service", "c4ca4238 vps", "ix_subscriptions_search"),
        ("service", "cloud", "subscriptions_pkey"),
        ("service", "SVC-00042", "subscriptions_number_key"),
        ("service", "東京", "ix_subscriptions_pairs"),
        ("domain", "büch", "ix_domains_folded_name"),
        ("domain", "東京", "ix_domains_pairs"),
        ("domain", "a.c4ca4238a0b9.example", "ix_domains_name"),
        ("invoice", "INV-00042", "invoices_number_key"),
    ],
)
def test_what_is_rare_is_looked_up_and_what_is_common_is_walked(many, kind, q, index):
    seen = []
    event.listen(many, "after_cursor_execute", lambda *given: seen.append((given[2], given[3])))
    with Session(many) as session:
        found = find(session, q, kinds=[kind])
        statement, values = next(one for one in seen if "LIMIT" in one[0])
        plan = "\n".join(session.connection().exec_driver_sql("EXPLAIN " + statement, values).scalars())
    assert found and kind in KINDS and index in plan and "Seq Scan" not in plan, plan
