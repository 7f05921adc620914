"""A client with the longest things that people enter: what a page must bear without a word out of place."""

import uuid

from tests.support.browser.system import System

WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
HEBREW, HAN = "חברת אחסון האתרים הגדולה בעולם בעמ", "株式会社日本国際電気通信基盤共同研究所東京本社"
TAGS = 12
AMOUNT = "499999999999.99"  # 14 digits, twice owed


def make(system: System, company: str = WORD) -> dict:
    """Make it; answers the addresses of its pages, by the names of their kinds."""
    email = f"{'a' * 60}@{uuid.uuid4().hex}{'b' * 28}.{'c' * 60}.example"
    client = system.new_client(
        company=company,
        first_name=WORD[:100],
        last_name="Ó" + WORD[:90],
        email=email,
        phone="+49 30 1234567890123456",
        address1=WORD,
        city=WORD,
        state=HEBREW,
        country="DE",
        tax_id="DE" + "9" * 40,
        group_id=_label(system, "/client-groups", 40)["id"],
        tags=[_label(system, "/tags", 30)["id"] for _ in range(TAGS)],
    )
    path = f"/clients/{client['id']}"
    record = f"/admin{path}"
    product = system.post(
        "/products",
        {
            "name": unique(100),
            "prices": [{"billing_cycle": "monthly", "amount": AMOUNT, "currency": "EUR"}],
        },
    )
    order = system.post(
        f"{path}/orders",
        {
            "items": [
                {
                    "product_id": product["id"],
                    "billing_cycle": "monthly",
                    "domain": f"{'d' * 60}.{uuid.uuid4().hex}.example",
                }
            ]
        },
    )
    line = {"description": WORD * 4, "quantity": "1", "unit_price": AMOUNT, "tax_rate": "0"}
    invoice = system.post(f"{path}/invoices", {"lines": [line], "notes": WORD * 3, "publish": True})
    system.post(f"{path}/credits", {"amount": {"amount": AMOUNT, "currency": "EUR"}, "description": WORD * 4})
    ticket = system.post(f"{path}/tickets", {"subject": unique(200), "body": f"{WORD * 4}\n{HEBREW}\n{HAN}"})
    system.post(f"{path}/notes", {"body": WORD * 5, "sticky": True})
    contact = {
        "first_name": HAN,
        "last_name": HEBREW,
        "email": f"{'z' * 64}@{uuid.uuid4().hex}.example",
        "role": "technical",
    }
    system.post(f"{path}/contacts", contact)
    return {
        "record": record,
        "email": email,
        "order": f"{record}/orders/{order['id']}",
        "invoice": f"{record}/invoices/{invoice['id']}",
        "ticket": f"{record}/tickets/{ticket['id']}",
        "service": f"{record}/services/{system.rows(f'{path}/services')[0]['id']}",
        "domain": f"{record}/domains/{system.rows(f'{path}/domains')[0]['id']}",
    }


def unique(length: int) -> str:
    """One long word that nothing else is called."""
    return (uuid.uuid4().hex[:8] + WORD * 3)[:length]


def _label(system: System, path: str, length: int) -> dict:
    return system.post(path, {"name": unique(length), "colour": "#7a3ff2"})
