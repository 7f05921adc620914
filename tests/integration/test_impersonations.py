"""Login as Client over HTTP: a URL that opens once, a session that reaches neither the admin nor what is the
client's."""

import re
import uuid

import pytest
import requests

from chassis.permissions import NOT_WHILE_IMPERSONATING
from chassis.testing.plugin import wait_until
from gateway.http.routing import PORTAL, ROUTES
from tests.conftest import System
from tests.support.impersonation import AGENT, REASON, Support
from tests.support.portal_session import Person
from tests.support.staff_session import make_staff

BANNER = "You are viewing the portal as: <b><bdi>Imogen Hartley</bdi>"


@pytest.fixture
def client(system: System) -> dict:
    """A client that was just made."""
    return system.new_client(
        first_name="Imogen", last_name="Hartley", company="Brightwater Ltd", email=f"{uuid.uuid4().hex}@example.com"
    )


@pytest.fixture
def account(system: System) -> dict:
    """A staff member who may log in as clients."""
    return make_staff(system, "admin", name="Mara Lindqvist")


@pytest.fixture
def support(system: System, account) -> Support:
    """Their browser, signed in to the admin."""
    return Support(system, account)


@pytest.fixture
def log(system: System, client):
    """`log(count)`: the client's entries of this category, oldest first, once there are so many: [(action, entry)]."""

    def read(count: int) -> list[tuple[str, dict]]:
        def entries():
            rows = system.get(
                f"/clients/{client['id']}/activity", params={"category": "Impersonation", "limit": 100}
            ).json()["data"]
            return len(rows) == count and rows

        rows = wait_until(entries, f"{count} entries of impersonation", seconds=30)
        return [(row["action"], row) for row in reversed(rows)]

    return read


def over(answer: requests.Response) -> str:
    """Why the page says that the impersonation is over."""
    assert answer.status_code == 401, answer.text
    assert "commerce-impersonation=;" in answer.headers["Set-Cookie"]
    return re.search(r"<p>(.*?)\. What was sent after that", answer.text)[1]


def test_from_the_record_into_the_portal_and_back_with_both_ends_in_the_log(system: System, support, client, log):
    started = support.start(client["id"])
    assert started.status_code == 303
    assert started.headers["Location"].startswith(f"{system.portal_origin}/client/impersonation/")
    assert support.follow(started.headers["Location"]).headers["Location"] == "/dashboard"
    for path, status in (("/dashboard", 200), ("/client/nowhere", 404)):
        page = support.get(path)
        assert page.status_code == status and BANNER in page.text and client["profile"]["email"] in page.text, path
    assert support.cookie("commerce-portal") is None and support.cookie("commerce-admin") is None
    back = support.post("/client/impersonation/end")
    assert back.headers["Location"] == f"{system.origin}/admin/clients/{client['id']}"
    assert support.admin.get(f"/admin/clients/{client['id']}").status_code == 200
    (first, start), (last, end) = log(2)
    assert (first, last) == (
        f"started Login as Client as Imogen Hartley: {REASON}",
        "ended Login as Client: returned to admin",
    )
    assert start["actor"]["name"] == end["actor"]["name"] == "Mara Lindqvist"
    assert start["acting_as"] is None and end["acting_as"]["name"] == "Imogen Hartley"
    assert system.get(f"/clients/{client['id']}").json()["last_login_at"] is None


def test_the_impersonation_url_opens_once_and_in_that_browser_alone(system: System, support, client, log):
    address = support.start(client["id"]).headers["Location"]
    stranger = requests.Session()
    away = stranger.get(address, headers={"User-Agent": AGENT}, allow_redirects=False, timeout=30)
    assert "commerce-impersonation" not in stranger.cookies
    asked = stranger.get(away.headers["Location"], allow_redirects=False, timeout=30)
    assert asked.headers["Location"].startswith("/admin/login?next=")
    colleague = Support(system, make_staff(system, "admin"))
    assert colleague.follow(address).status_code == 403
    entered = stranger.get(f"{system.portal_origin}/client/impersonation/continue", allow_redirects=False, timeout=30)
    assert entered.status_code == 403 and "commerce-impersonation" not in stranger.cookies
    assert support.follow(address).headers["Location"] == "/dashboard"
    again = requests.get(address, headers={"User-Agent": AGENT}, allow_redirects=False, timeout=30)
    assert again.status_code == 403 and "Set-Cookie" not in again.headers
    assert [action for action, _ in log(4)[1:]] == [
        "was refused the way into Login as Client: another browser",
        "was refused the way into Login as Client: another browser",
        "was refused the way into Login as Client: the link was used already",
    ]
    assert support.get("/client/impersonation/nonsense").status_code == 403


def test_the_impersonations_cookie_opens_nothing_of_the_admin_and_the_admins_nothing_of_the_portal(
    system: System, support, client
):
    support.impersonation(client["id"])
    for name in ("commerce-impersonation", "commerce-admin"):
        answer = requests.get(
            f"{system.origin}/api/v1/clients", cookies={name: support.cookie("commerce-impersonation")}, timeout=30
        )
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    nested = requests.post(
        f"{system.origin}/api/v1/clients/{client['id']}/impersonations",
        json={"reason": REASON},
        timeout=30,
        cookies={"commerce-impersonation": support.cookie("commerce-impersonation")},
    )
    assert nested.status_code == 401
    for name in ("commerce-impersonation", "commerce-portal"):
        cookie = {name: support.admin.cookie("commerce-admin")}
        answer = requests.get(f"{system.portal_origin}/dashboard", cookies=cookie, allow_redirects=False, timeout=30)
        assert answer.status_code in (303, 401) and "Brightwater" not in answer.text


def test_an_impersonation_finds_no_admin_on_the_portal_and_the_attempts_are_in_the_log(support, client, log):
    support.impersonation(client["id"])
    record = f"/admin/clients/{client['id']}"
    assert support.get(record).status_code == 404
    assert support.get(f"/api/v1/clients/{client['id']}").status_code == 404
    assert support.post(f"{record}/login-as", reason=REASON).status_code == 404
    refused = [
        entry for action, entry in log(4) if action == "was refused while logged in as the client: a page of the admin"
    ]
    assert len(refused) == 3 and {entry["acting_as"]["name"] for entry in refused} == {"Imogen Hartley"}
    assert support.get("/dashboard").status_code == 200


def test_each_route_of_what_only_the_client_may_do_is_refused_and_the_attempt_is_in_the_log(support, client, log):
    routes = [route for route in ROUTES if route.origin == PORTAL and route.access in NOT_WHILE_IMPERSONATING]
    support.impersonation(client["id"])
    token = support.csrf_token()
    for route in routes:
        path = re.sub(r"<any\((\w+)[^>]*>", r"\1", route.path)
        path = re.sub(r"<[^>]+>", str(uuid.uuid4()), path)
        answer = support.get(path) if route.method == "GET" else support.post(path, csrf_token=token)
        assert answer.status_code == 403 and "is refused while you view the portal as a client" in answer.text, (
            route.path
        )
    assert len([action for action, _ in log(1 + len(routes)) if action.startswith("was refused")]) == len(routes)


@pytest.mark.parametrize(
    ("method", "path", "body", "why", "cause"),
    [
        (
            "PATCH",
            "",
            {"permissions": {"clients.impersonate": False}},
            "The permission was taken away",
            "permission lost",
        ),
        ("POST", "/disable", {}, "The staff account was disabled", "staff disabled"),
    ],
)
def test_what_is_taken_from_the_staff_member_ends_the_impersonation_with_the_next_request(
    system: System, support, account, client, log, method, path, body, why, cause
):
    support.impersonation(client["id"])
    changed = system.request(
        method,
        f"/api/v1/staff/{account['id']}{path}",
        json=body,
        headers={"Idempotency-Key": uuid.uuid4().hex, "If-Match": '"1"'},
    )
    assert changed.status_code == 200, changed.text
    assert over(support.get("/dashboard")) == why
    assert log(2)[-1][0] == f"ended Login as Client: {cause}"


def test_signing_out_of_the_admin_ends_the_impersonation_that_was_started_there(support, client, log):
    support.impersonation(client["id"])
    support.admin.send("/admin/logout", form_at="/admin/clients")
    assert over(support.get("/dashboard")) == "Signed out of the admin"
    assert support.get("/dashboard").headers["Location"].startswith("/client/login")
    assert log(2)[-1][0] == "ended Login as Client: signed out"


def test_the_clients_own_session_is_another_one_and_has_no_return_to_admin(system: System, support, client):
    support.impersonation(client["id"])
    own = Person(system).enter(client["profile"]["email"])
    assert own.post("/client/impersonation/end").status_code == 404
    assert own.post("/client/impersonation/page", event="opened", page="a" * 32).status_code == 404
    assert "You are viewing" not in own.get("/dashboard").text
    assert support.post("/client/impersonation/end").status_code == 303
    assert own.get("/dashboard").status_code == 200


@pytest.mark.parametrize("target", ["//evil.example", "https:evil.example", "/\\evil", "%0d%0aX: 1", "/dashboard"])
def test_return_to_admin_leads_to_the_record_whatever_the_request_names(system: System, support, client, target):
    support.impersonation(client["id"])
    token = support.csrf_token()
    back = support.post(f"/client/impersonation/end?next={target}", csrf_token=token, next=target)
    assert back.headers["Location"] == f"{system.origin}/admin/clients/{client['id']}"


def test_return_to_admin_needs_the_token_of_the_impersonation_and_the_portals_own_origin(
    system: System, support, client
):
    support.impersonation(client["id"])
    assert support.post("/client/impersonation/end", csrf_token="").status_code == 403
    refused = support.post("/client/impersonation/end", origin=system.origin)
    assert refused.status_code == 403 and BANNER in refused.text
    assert support.get("/dashboard").status_code == 200


def test_programs_start_list_and_end(system: System, client):
    path = f"/clients/{client['id']}/impersonations"
    started = system.post(path, {"reason": REASON})
    assert started.status_code == 201
    entered = requests.get(started.json()["url"], allow_redirects=False, timeout=30)
    assert (entered.status_code, "commerce-impersonation=" in entered.headers["Set-Cookie"]) == (303, True)
    (running,) = system.get(path).json()["data"]
    assert (running["id"], running["staff"], running["reason"], running["ended_at"]) == (
        started.json()["id"],
        started.json()["staff"],
        REASON,
        None,
    )
    ended = system.post(f"{path}/{running['id']}/end")
    assert ended.status_code == 200 and ended.json()["end_cause"] == "ended-by-staff"
    assert system.get(path).json()["data"] == [ended.json()]
    assert system.post(f"{path}/{running['id']}/end").status_code == 409
    for body, pointer in (
        ({}, "/reason"),
        ({"reason": ""}, "/reason"),
        ({"reason": "x" * 501}, "/reason"),
        ({"reason": REASON, "user_agent": "x"}, "/user_agent"),
    ):
        refused = system.post(path, body)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    assert system.post(f"/clients/{uuid.uuid4()}/impersonations", {"reason": REASON}).status_code == 404


def test_without_an_active_primary_contact_the_form_says_so(system: System, support, client):
    system.post(f"/clients/{client['id']}/status", {"status": "inactive", "reason": "Left"})
    refused = support.start(client["id"])
    assert refused.status_code == 409 and "This client is inactive. Activate it first." in refused.text
    without_reason = support.start(client["id"], reason="")
    assert without_reason.status_code == 422 and "Reason" in without_reason.text


def test_who_may_not_log_in_as_clients_is_shown_no_button(system: System, support, client):
    record = f"/admin/clients/{client['id']}"
    assert "Login as Client" in support.admin.get(record).text
    other = Support(system, make_staff(system, "support"))
    assert "Login as Client" not in other.admin.get(record).text
    assert other.admin.send(f"{record}/login-as", form_at=record, reason=REASON).status_code == 403


def test_a_browser_that_comes_back_from_the_portal_is_led_on_from_a_page_of_the_admin(system: System):
    page = f"{system.origin}/admin/login?next=/admin/clients/c1"
    led = requests.get(page, headers={"Sec-Fetch-Site": "cross-site"}, timeout=30)
    assert '<meta http-equiv="refresh" content="0;url=/admin/clients/c1">' in led.text
    assert "Password" in requests.get(page, headers={"Sec-Fetch-Site": "same-origin"}, timeout=30).text
    elsewhere = requests.get(
        f"{system.origin}/admin/login?next=//evil.example", headers={"Sec-Fetch-Site": "cross-site"}, timeout=30
    )
    assert "evil.example" not in elsewhere.text.replace('value="//evil.example"', "") and "Password" in elsewhere.text
