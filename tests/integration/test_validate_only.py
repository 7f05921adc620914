"""`validate_only` on every write of the API: the same checks and refusals, and nothing of it is kept."""

import uuid

import pytest
from sqlalchemy import create_engine, text

from chassis.db.engine import driver_url
from deploy.services import PUBLISHERS
from tests.conftest import System
from tests.support.one_of_each import LINE, PRICE, make_everything
from tests.support.route_sampler import WRITES, address
from tools.docs.openapi import path_of

MAILS = "SELECT count(*) FROM mails WHERE recipient = :to"
KEPT = (
    "SELECT (SELECT count(*) FROM idempotency_keys WHERE key = :key)"
    " + (SELECT count(*) FROM outbox WHERE body ->> 'cause' = :request)"
)


class Rehearsing(System):
    """A system whose every write is validated alone first, under the same key: what would be done is 204 and keeps nothing,
    what is refused is refused in the same words."""

    def request(self, method: str, path: str, **options):
        if method == "GET":
            return super().request(method, path, **options)
        options["headers"] = {"Idempotency-Key": uuid.uuid4().hex, **options.get("headers", {})}
        rehearsed = super().request(method, f"{path}?validate_only=true", **options)
        assert self.kept(options, rehearsed) == 0, (method, path)
        done = super().request(method, path, **options)
        if done.ok:
            assert self.kept(options, done) > 0, (method, path)
            assert (rehearsed.status_code, rehearsed.content) == (204, b""), (method, path, rehearsed.text)
        else:
            assert (rehearsed.status_code, refusal(rehearsed)) == (done.status_code, refusal(done)), (method, path)
        self.done.append((method, path, done.status_code))
        return done

    def kept(self, options: dict, answer) -> int:
        """How many keys and events all services have kept of a request."""
        values = {"key": options["headers"]["Idempotency-Key"], "request": answer.headers["X-Request-Id"]}
        kept = 0
        for engine in self.engines:
            with engine.connect() as connection:
                kept += connection.scalar(text(KEPT), values)
        return kept


def refusal(answer) -> dict:
    return {name: value for name, value in answer.json().items() if name != "request_id"}


@pytest.fixture
def rehearsing(system):
    rehearsing = Rehearsing(**vars(system))
    rehearsing.done, rehearsing.engines = [], []
    for service in PUBLISHERS:
        settings = system.containers[service].config["settings"]
        rehearsing.engines.append(create_engine(driver_url(settings.database_url)))
    yield rehearsing
    for engine in rehearsing.engines:
        engine.dispose()


def bodies(ids: dict[str, str]) -> dict[tuple[str, str], dict]:
    """A body for each write that does not make one of everything."""
    client = "/clients/{client_id}"
    return {
        ("PATCH", "/client-groups/{group_id}"): {"description": "Pays by the year"},
        ("PATCH", client): {"city": "Berlin"},
        ("PATCH", f"{client}/billing"): {"address": {"city": "Berlin"}},
        ("PATCH", f"{client}/contacts/{{contact_id}}"): {"first_name": "Cy"},
        ("POST", f"{client}/credits/{{entry_id}}/reverse"): {"description": "A mistake"},
        ("PUT", f"{client}/custom-fields"): {"values": {ids["field_id"]: "blue"}},
        ("PATCH", f"{client}/domains/{{domain_id}}"): {"auto_renew": False},
        ("POST", f"{client}/domains/{{domain_id}}/status"): {"status": "expired"},
        ("PATCH", f"{client}/invoices/{{invoice_id}}"): {"lines": [LINE]},
        ("POST", f"{client}/invoices/{{invoice_id}}/refund"): {
            "amount": {"amount": "1.00", "currency": "EUR"},
            "to": "credit",
        },
        ("POST", f"{client}/status"): {"status": "inactive", "reason": "Moved away"},
        ("PUT", f"{client}/tags"): {"tags": []},
        ("PATCH", f"{client}/tickets/{{ticket_id}}"): {"priority": "high", "assigned_to": ids["staff_id"]},
        ("POST", f"{client}/tickets/{{ticket_id}}/replies"): {"body": "Done.", "internal": False},
        ("PATCH", "/custom-fields/{field_id}"): {"label": f"Colour {uuid.uuid4().hex[:8]}"},
        ("PATCH", "/me/client-list"): {"density": "compact"},
        ("PATCH", "/products/{product_id}"): {"prices": [PRICE]},
        ("PATCH", "/staff/{staff_id}"): {"name": "Sam Smith"},
        ("PATCH", "/tags/{tag_id}"): {"colour": "#112233"},
        ("PATCH", "/views/{view_id}"): {"pinned": False},
        ("POST", f"{client}/services/unsuspend-all"): {"batch_id": str(uuid.uuid4())},
        ("POST", "/me/tokens"): {"name": "Mine"},
    }


def test_every_write_can_be_validated_alone_and_keeps_nothing_then(rehearsing):
    ids = make_everything(rehearsing)
    made = {(method, path) for method, path, _ in rehearsing.done}
    known = bodies(ids)
    for route in sorted(WRITES, key=lambda route: (route.method == "DELETE", route.path)):
        path = address(route, ids)
        if (route.method, path) in made:
            continue
        body = known.get((route.method, path_of(route)), {"reason": "Unpaid"} if route.contract.body else None)
        headers = {}
        if route.contract.if_match:
            headers["If-Match"] = rehearsing.request("GET", path).headers["ETag"]
        rehearsing.request(route.method, path, json=body, headers=headers)
    refused = [(method, path, status) for method, path, status in rehearsing.done if status >= 400]
    assert len(rehearsing.done) >= len(WRITES) and len(refused) < len(WRITES) / 3, refused


def test_an_invitation_that_is_validated_alone_is_not_mailed(system):
    client = system.new_client()
    (contact,) = system.get(f"/clients/{client['id']}/contacts").json()["data"]
    path = f"/clients/{client['id']}/contacts/{contact['id']}"
    assert system.post(f"{path}/invite?validate_only=true").status_code == 204
    assert system.get(path).json()["portal_access"] == "not_invited"
    engine = create_engine(driver_url(system.containers["clients"].config["settings"].database_url))
    with engine.connect() as connection:
        assert connection.scalar(text(MAILS), {"to": client["profile"]["email"]}) == 0
    engine.dispose()


def test_what_is_validated_alone_asks_for_the_permission_and_says_only_true_or_false(system):
    wrong = system.post("/tags?validate_only=yes", {"name": "Gold", "colour": "#ffcc00"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/validate_only")
    unknown = system.get("/tags?validate_only=true")
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown-field")
