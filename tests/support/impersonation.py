"""Impersonation in tests: a staff member's browser, signed in to the admin and in the portal by Login as Client."""

import re

import requests

from tests.conftest import System
from tests.support.portal_session import Person
from tests.support.staff_session import StaffBrowser

REASON = "Ticket 4821, an invoice is missing"
AGENT = "Mozilla/5.0 (X11; Linux) Impersonations/1"


class Support(Person):
    """The portal's half of the browser; `admin` is the other."""

    def __init__(self, system: System, account: dict):
        super().__init__(system)
        self._browser.headers["User-Agent"] = AGENT
        self.admin = StaffBrowser(system.origin, AGENT)
        self.admin.sign_in(account["email"])

    def start(self, client_id: str, **form) -> requests.Response:
        """Send the form of the record."""
        return self.admin.send(f"/admin/clients/{client_id}/login-as", **{"reason": REASON, "minutes": "30", **form})

    def impersonation(self, client_id: str) -> "Support":
        """Start, and follow into the portal."""
        entered = self.follow(self.start(client_id).headers["Location"])
        assert (entered.status_code, entered.headers["Location"]) == (303, "/dashboard")
        return self

    def follow(self, address: str) -> requests.Response:
        """Open the one-time address, and go by the admin where it leads there, as a browser does."""
        answer = self.get(address.removeprefix(self._system.portal_origin))
        leads = answer.headers.get("Location", "")
        if not leads.startswith(self._system.origin):
            return answer
        confirmed = self.admin.get(leads.removeprefix(self._system.origin))
        leads = confirmed.headers.get("Location", "")
        if not leads.startswith(self._system.portal_origin):
            return confirmed
        return self.get(leads.removeprefix(self._system.portal_origin))

    def csrf_token(self) -> str:
        """The token that the banner's form carries."""
        return re.search(r'name="csrf_token" value="([0-9a-f]+)"', self.get("/dashboard").text)[1]
