"""Staff members of a running system, and browsers without a window that they sign in with."""

import re
import uuid

import requests

PASSWORD = "battery staple horse"


def make_staff(system, role: str, **given) -> dict:
    """A staff account made through the API; its record."""
    body = {
        "name": f"{role.capitalize()} Person",
        "email": f"{role}-{uuid.uuid4().hex[:8]}@example.com",
        "role": role,
        "password": PASSWORD,
        **given,
    }
    answer = system.post("/staff", body)
    assert answer.status_code == 201, answer.text
    return answer.json()


class StaffBrowser:
    """A browser's cookies and forms, on the admin origin."""

    def __init__(self, origin: str, agent: str = "Mozilla/5.0 Browser/1"):
        self.origin, self.http = origin, requests.Session()
        self.http.headers["User-Agent"] = agent

    def get(self, path: str, **options) -> requests.Response:
        """A page as the browser gets it."""
        return self.http.get(self.origin + path, timeout=30, allow_redirects=False, **options)

    def send(self, path: str, form_at: str | None = None, **fields) -> requests.Response:
        """Send a form, with the hidden fields of the page it stands on."""
        hidden = self.hidden(form_at or path)
        return self.http.post(self.origin + path, data={**hidden, **fields}, timeout=30, allow_redirects=False)

    def hidden(self, path: str) -> dict:
        """The CSRF token of a page, and an idempotency key."""
        token = re.search(r'name="csrf_token" value="([0-9a-f]+)"', self.get(path).text)
        return {"csrf_token": token[1] if token else "", "idempotency_key": uuid.uuid4().hex}

    def sign_in(self, email: str, password: str = PASSWORD) -> requests.Response:
        """The answer to email and password."""
        return self.send("/admin/login", email=email, password=password)

    def api(self, method: str, path: str, body: dict | None = None, **headers: str) -> requests.Response:
        """The API by the session's cookie, with its CSRF token."""
        return self.http.request(
            method,
            f"{self.origin}/api/v1{path}",
            json=body,
            timeout=30,
            allow_redirects=False,
            headers={"X-CSRF-Token": self.hidden("/admin/profile")["csrf_token"], **headers},
        )

    def cookie(self, name: str) -> str | None:
        """The value of one of its cookies."""
        return self.http.cookies.get(name)

    @property
    def cookies(self) -> set[str]:
        """The names of the cookies it holds."""
        return {cookie.name for cookie in self.http.cookies}
