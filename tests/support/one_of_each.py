"""One of each thing that the API has routes for, made through it."""

import uuid

import requests

PRICE = {"billing_cycle": "monthly", "currency": "EUR", "amount": "24.00"}
LINE = {"description": "Hosting", "quantity": "1", "unit_price": "10.00", "tax_rate": "20"}
EUROS = {"amount": "5.00", "currency": "EUR"}


PEOPLE = b"first_name,last_name,email,currency_code,status\nA,B,nobody,EUR,active\n"


def make_everything(system) -> dict[str, str]:
    """{name of a path's parameter: an id that exists}; what belongs to a client belongs to `client_id`."""
    mark = uuid.uuid4().hex[:8]
    ids = {
        "event_type": "client.created.v1",
        "group_id": _made(system.post("/client-groups", {"name": f"Group {mark}", "colour": "#4263eb"})),
        "tag_id": _made(system.post("/tags", {"name": f"Tag {mark}", "colour": "#4263eb"})),
        "field_id": _made(system.post("/custom-fields", {"label": f"Field {mark}", "type": "text"})),
        "product_id": _made(system.post("/products", {"name": f"Product {mark}", "prices": [PRICE], "tax_rate": "20"})),
        "view_id": _made(system.post("/views", {"name": f"View {mark}", "pinned": False})),
        "endpoint_id": _made(system.post("/webhooks", {"url": "http://127.0.0.1:9/", "filters": ["nothing.*"]})),
        "staff_id": _made(system.post("/staff", {"name": "Sam", "email": f"{mark}@example.com", "role": "support"})),
    }
    ids["client_id"] = system.new_client(last_name=f"Lovelace {mark}", group_id=ids["group_id"], tags=[ids["tag_id"]])[
        "id"
    ]
    act = {"act": "add_tag", "arguments": {"tag_id": ids["tag_id"]}, "ids": [ids["client_id"]]}
    started = system.post("/jobs", act)
    assert started.status_code == 200, started.text
    ids["job_id"] = started.json()["id"]
    return {**ids, **_of_the_client(system, f"/clients/{ids['client_id']}", ids, mark)}


def _of_the_client(system, path: str, ids: dict, mark: str) -> dict[str, str]:
    person = {"first_name": "Bo", "last_name": "Second", "email": f"bo-{mark}@example.com", "role": "billing"}
    domain = {"name": f"{mark}.com", "kind": "existing", "registrar": "Nominet", "nameservers": ["ns1.com", "ns2.com"]}
    order = system.post(f"{path}/orders", {"items": [{"product_id": ids["product_id"], "billing_cycle": "monthly"}]})
    made = {
        "order_id": _made(order),
        "service_id": order.json()["items"][0]["service_id"],
        "invoice_id": _made(system.post(f"{path}/invoices", {"lines": [LINE] * 2, "publish": True})),
        "entry_id": _made(system.post(f"{path}/credits", {"amount": EUROS, "description": "Goodwill"})),
        "domain_id": _made(system.post(f"{path}/domains", domain)),
        "contact_id": _made(system.post(f"{path}/contacts", person)),
        "note_id": _made(system.post(f"{path}/notes", {"body": "Pays late", "sticky": True})),
        "impersonation_id": _made(system.post(f"{path}/impersonations", {"reason": "Ticket 4821"})),
        "ticket_id": _made(system.post(f"{path}/tickets", {"subject": "Slow", "body": "It is slow."})),
        "import_id": _made(
            system.request("POST", "/api/v1/imports", files={"clients": ("clients.csv", PEOPLE, "text/csv")})
        ),
    }
    for what, body in (("payments", {"amount": EUROS, "date": "2026-11-01", "gateway": "bank"}), ("apply-credit", {})):
        answer = system.post(f"{path}/invoices/{made['invoice_id']}/{what}", body)
        assert answer.status_code == 200, answer.text
    return made


def _made(answer: requests.Response) -> str:
    assert answer.status_code in (201, 202), answer.text
    return answer.json()["id"]
