"""A contact's browser in the client's portal, without a window."""

import re

import requests
from sqlalchemy.orm import Session

from chassis.db.engine import make_engine
from services.clients.commands.identity.logins import open_login
from services.clients.commands.identity.staff import create_login_link
from tests.conftest import System

PASSWORD = "correct horse battery"


class Person:
    """A contact of a client: enters by a one-time link, then sends the cookies that it was given."""

    def __init__(self, system: System):
        self._system, self._browser = system, requests.Session()

    def enter(self, email: str) -> "Person":
        """Sign in by a development system's link; as whoever has this email."""
        settings = self._system.containers["clients"].config["settings"]
        engine = make_engine(settings.database_url, pool_size=1)
        with Session(engine) as session:
            code = create_login_link(session, login_id=open_login(session, email))
        engine.dispose()
        assert self.get(f"/client/login/once/{code}").status_code == 303
        return self

    def invited(self, client: dict, password: str = PASSWORD) -> "Person":
        """Have staff invite the client's primary contact, follow the mailed link and choose a password."""
        path = f"/clients/{client['id']}/contacts"
        contact = self._system.get(path).json()["data"][0]
        assert self._system.post(f"{path}/{contact['id']}/invite").status_code == 201
        mail = self._system.mail(contact["email"], "Your invitation to the client portal")
        self.follow(mail, password=password, again=password)
        return self

    def follow(self, text: str, **form) -> requests.Response:
        """Open the link in a mail and send its form."""
        return self.submit(re.search(r"/client/\w+/[\w-]{43}", text)[0], **form)

    def submit(self, path: str, **form) -> requests.Response:
        """Open a page before sign-in and send its form."""
        token = re.search(r'name="csrf_token" value="([0-9a-f]+)"', self.get(path).text)
        return self.post(path, csrf_token=token[1] if token else "", **form)

    def sign_in(self, email: str, password: str = PASSWORD, **form) -> requests.Response:
        """Sign in through the form."""
        return self.submit("/client/login", email=email, password=password, **form)

    def get(self, path: str, **options) -> requests.Response:
        """GET on the portal's origin."""
        return self._browser.get(self._system.portal_origin + path, timeout=30, allow_redirects=False, **options)

    def post(self, path: str, *, csrf_token: str | None = None, origin: str | None = None, **form) -> requests.Response:
        """Send a form of the portal, with this session's token unless another is given."""
        token = self.csrf_token() if csrf_token is None else csrf_token
        return self._browser.post(
            self._system.portal_origin + path,
            data={"csrf_token": token, **form},
            timeout=30,
            allow_redirects=False,
            headers={"Origin": origin or self._system.portal_origin},
        )

    def csrf_token(self) -> str:
        """The token that this session's forms carry."""
        return re.search(r'name="csrf_token" value="([0-9a-f]+)"', self.get("/client/choose").text)[1]

    def cookie(self, name: str = "commerce-portal") -> str:
        """The value of one of its cookies."""
        return self._browser.cookies.get(name)
