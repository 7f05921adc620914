"""The catalogue: products, their prices, and who may change them."""

import pytest
from marshmallow import ValidationError
from sqlalchemy import select

from chassis.db.tables import outbox
from chassis.errors import ServiceProblem, from_validation
from services.billing.schemas.products import CreateProduct
from tests.support import billing_rows

EUR, JPY, KWD = (
    {"billing_cycle": "monthly", "currency": currency, "amount": amount}
    for currency, amount in (("EUR", "24.00"), ("JPY", "3800"), ("KWD", "7.920"))
)
YEAR = {**EUR, "billing_cycle": "annual", "amount": "264.00"}
HOSTING = {"name": "Managed WordPress", "tax_rate": "20", "prices": [YEAR, KWD, EUR, JPY]}


def refusal_of(ask, rpc, caller=None, **given) -> ServiceProblem:
    with pytest.raises(ServiceProblem) as refusal:
        ask(rpc, caller, **given)
    return refusal.value


def events(session) -> list:
    session.rollback()
    return session.execute(select(outbox.c.type, outbox.c.stream, outbox.c.body).order_by(outbox.c.id)).all()


def test_a_new_product_has_a_price_for_each_cycle_and_currency(ask, billing, session):
    made = ask("create_product", **HOSTING)
    assert (made["name"], made["retired"], made["tax_rate"], made["version"]) == ("Managed WordPress", False, "20", 1)
    assert made["prices"] == [EUR, YEAR, JPY, KWD] and made["active_services"] == 0
    (event,) = events(session)
    assert (event.type, event.stream) == ("product.created.v1", "system")
    assert event.body["facts"]["prices"] == made["prices"] and event.body["facts"]["entity"]["id"] == made["id"]
    assert ask("get_product", product_id=made["id"]) == made


def test_a_product_has_a_description_and_takes_a_domain_unless_it_is_said(ask, billing, session):
    plain = ask("create_product", **HOSTING)
    assert (plain["description"], plain["takes_domain"]) == ("", True)
    backup = {**HOSTING, "name": "Backup", "description": "Nightly copies,\nkept for 30 days.", "takes_domain": False}
    made = ask("create_product", **backup)
    assert (made["description"], made["takes_domain"]) == (backup["description"], False)
    ask("update_product", product_id=made["id"], version=1, description="Nightly copies.", takes_domain=True)
    event = events(session)[-1]
    assert event.body["changes"] == [
        {"field": "description", "old": backup["description"], "new": "Nightly copies."},
        {"field": "takes_domain", "old": False, "new": True},
    ]
    kept = ask("update_product", product_id=made["id"], version=2, name="Backups")
    assert (kept["description"], kept["takes_domain"]) == ("Nightly copies.", True)


def test_the_catalogue_is_listed_by_name_with_what_runs_of_each(ask, billing, session, account):
    second, first = ask("create_product", **HOSTING), ask("create_product", **{**HOSTING, "name": "backup"})
    for status in ("active", "active", "suspended"):
        billing_rows.subscription(session, account(), product_id=second["id"], status=status)
    listed = ask("list_products", counts=True)["data"]
    assert [(one["name"], one["active_services"]) for one in listed] == [("backup", 0), ("Managed WordPress", 2)]
    ask("update_product", product_id=first["id"], version=1, retired=True)
    (on_sale,) = ask("list_products", on_sale=True, currency="JPY")["data"]
    assert (on_sale["id"], on_sale["prices"]) == (second["id"], [JPY])


def test_a_change_names_what_it_changed_with_old_and_new_values(ask, billing, session):
    made = ask("create_product", **HOSTING)
    dearer = {**EUR, "amount": "26.00"}
    changed = ask(
        "update_product", product_id=made["id"], version=1, name="WordPress", tax_rate="7.5", prices=[dearer, YEAR, JPY]
    )
    assert (changed["version"], changed["name"], changed["prices"]) == (2, "WordPress", [dearer, YEAR, JPY])
    event = events(session)[-1]
    assert event.type == "product.updated.v1"
    assert event.body["changes"] == [
        {"field": "name", "old": "Managed WordPress", "new": "WordPress"},
        {"field": "tax_rate", "old": "20", "new": "7.5"},
        {
            "field": "price.monthly.EUR",
            "old": {"amount": "24.00", "currency": "EUR"},
            "new": {"amount": "26.00", "currency": "EUR"},
        },
        {"field": "price.monthly.KWD", "old": {"amount": "7.920", "currency": "KWD"}, "new": None},
    ]


def test_what_changes_nothing_makes_no_event_and_no_new_version(ask, billing, session):
    made = ask("create_product", **HOSTING)
    same = ask(
        "update_product", product_id=made["id"], version=1, name=made["name"], prices=made["prices"], retired=False
    )
    assert same == made and len(events(session)) == 1


def test_a_stale_version_changes_nothing(ask, billing):
    made = ask("create_product", **HOSTING)
    ask("update_product", product_id=made["id"], version=1, retired=True)
    assert refusal_of(ask, "update_product", product_id=made["id"], version=1, name="Late").code == "stale"
    assert ask("get_product", product_id=made["id"])["name"] == "Managed WordPress"


def test_a_name_is_one_product_s_however_it_is_written(ask, billing, session):
    made = ask("create_product", **HOSTING)
    other = ask("create_product", **{**HOSTING, "name": "Mail Only"})
    for rpc, given in (
        ("create_product", {**HOSTING, "name": "managed wordpress"}),
        ("create_product", {**HOSTING, "name": "Managed\u2800Word\u00adPress\u200b"}),
        ("update_product", {"product_id": other["id"], "version": 1, "name": "MANAGED WORDPRESS"}),
    ):
        problem = refusal_of(ask, rpc, **given)
        assert (problem.status, problem.code, problem.errors[0]["pointer"]) == (409, "duplicate", "/name")
    assert (
        ask("update_product", product_id=made["id"], version=1, name="managed wordpress")["name"] == "managed wordpress"
    )


@pytest.mark.parametrize(
    "field, value, pointer",
    [
        ("name", "", "/name"),
        ("name", "x" * 101, "/name"),
        ("name", "a\x00b", "/name"),
        ("name", "a\u202eb", "/name"),
        ("name", None, "/name"),
        ("prices", [], "/prices"),
        ("prices", "none", "/prices"),
        ("tax_rate", "101", "/tax_rate"),
        ("description", "x" * 501, "/description"),
        ("takes_domain", "maybe", "/takes_domain"),
        ("tax_rate", "-1", "/tax_rate"),
        ("tax_rate", 20, "/tax_rate"),
        ("tax_rate", "١٩", "/tax_rate"),
        ("prices", [EUR, {**EUR, "amount": "9.00"}], "/prices/1"),
        ("prices", [{**EUR, "billing_cycle": "weekly"}], "/prices/0/billing_cycle"),
        ("prices", [{**EUR, "currency": "XXX"}], "/prices/0/currency"),
        ("prices", [EUR, {"currency": "EUR"}], "/prices/1/amount"),
        *(
            ("prices", [{**EUR, "amount": bad}], "/prices/0/amount")
            for bad in ("-5", "NaN", "1e309", "12.345", "1,000", "١٢", 12, 1.5, None, "", "9" * 20)
        ),
        ("prices", [{**JPY, "amount": "1.5"}], "/prices/0/amount"),
        ("colour", "red", "/colour"),
    ],
)
def test_a_faulty_field_is_named(field, value, pointer):
    with pytest.raises(ValidationError) as refusal:
        CreateProduct().load({**HOSTING, field: value})
    assert pointer in [error["pointer"] for error in from_validation(refusal.value).errors]


def test_all_faulty_fields_are_named_at_once_and_nothing_is_made(ask, billing, session):
    problem = refusal_of(ask, "create_product", name="", prices=[EUR, EUR | {"amount": "-5"}], colour="red")
    assert problem.status == 422
    assert {error["pointer"] for error in problem.errors} == {"/name", "/prices/1/amount", "/colour"}
    assert events(session) == []


def test_an_id_that_no_product_has_is_not_found(ask, billing):
    for wrong in ("0192f0c1-2345-7abc-8def-0123456789ab", "nonsense"):
        assert refusal_of(ask, "get_product", product_id=wrong).code == "not-found"
        assert refusal_of(ask, "update_product", product_id=wrong, version=1, retired=True).code == "not-found"


def test_whoever_takes_orders_may_choose_and_only_settings_edit_may_change(ask, billing, make_caller):
    ask("create_product", **HOSTING)
    for permission in ("settings.view", "orders.manage"):
        caller = make_caller(permissions=(permission,))
        assert len(ask("list_products", caller)["data"]) == 1
        assert refusal_of(ask, "create_product", caller, **HOSTING).extra == {"permission": "settings.edit"}
        assert refusal_of(ask, "update_product", caller, product_id="x", version=1).extra == {
            "permission": "settings.edit"
        }
    assert refusal_of(ask, "list_products", make_caller(permissions=("orders.view",))).code == "forbidden"


def test_the_same_key_makes_one_product(ask, billing, make_caller, session):
    caller = make_caller(idempotency_key="key-0123456789abcdef")
    assert ask("create_product", caller, **HOSTING) == ask("create_product", caller, **HOSTING)
    assert len(events(session)) == 1
