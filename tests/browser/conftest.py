"""Fixtures of the browser tests. They are a run of their own, `pytest tests/browser --confcutdir=tests/browser`: the
other tests patch the standard library, which Playwright cannot bear.
"""

import re
import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.support.browser.import_pages import Files, small_files
from tests.support.browser.system import STAFF_EMAIL, STAFF_PASSWORD, System

CHROMIUM = "/usr/bin/chromium-headless-shell"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# What the browser and htmx say of an answer that is no 2xx.
FAILED_LOAD = re.compile(
    r"(?:Failed to load resource: the server responded with a status of|Response Status Error Code) (\d+)"
)

expect.set_options(timeout=10_000)


def pytest_collection_modifyitems(items) -> None:
    """Everything here drives a browser."""
    for item in items:
        item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def system(tmp_path_factory) -> Iterator[System]:
    """The running system with its demo data, one for the whole run."""
    running = System(tmp_path_factory.mktemp("system"), read_seconds=4.0)  # a busy machine makes a test slow, not red
    try:
        running.up()
        yield running
    finally:
        running.down()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class ConsoleMessages:
    """What the browser complained of: errors in the console (also those of the security policy), uncaught
    exceptions."""

    def __init__(self):
        self._messages: list[str] = []
        self._statuses: set[int] = set()

    def expect_status(self, *statuses: int) -> None:
        """Answers with these statuses belong to the test; the browser writes each down as an error."""
        self._statuses.update(statuses)

    def listen(self, page: Page) -> None:
        """Write down what `page` complains of from now on."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._messages.append(f"exception: {error}"))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._messages.append(message.text)

    def unexpected(self) -> list[str]:
        """Everything but the answers that the test expects."""
        loads = [(text, FAILED_LOAD.match(text)) for text in self._messages]
        return [text for text, load in loads if not (load and int(load[1]) in self._statuses)]


@pytest.fixture
def console_messages() -> Iterator[ConsoleMessages]:
    """What the pages of this test complained of; anything unexpected fails it."""
    collected = ConsoleMessages()
    yield collected
    assert collected.unexpected() == []


@pytest.fixture(scope="module")
def signed_in(system, chromium) -> dict:
    """The cookies of somebody who has signed in through the form, of late enough for what asks for the password again."""
    return sign_in(system, chromium, STAFF_EMAIL)


@pytest.fixture(scope="module")
def ben(system, chromium) -> dict:
    """A colleague: the cookies of his browser, where he has signed in."""
    email = f"ben-{uuid.uuid4().hex[:8]}@example.com"
    system.post("/staff", {"name": "Ben Berg", "email": email, "role": "admin", "password": STAFF_PASSWORD})
    return sign_in(system, chromium, email)


def sign_in(system: System, chromium: Browser, email: str) -> dict:
    """The cookies of a browser in which this account has signed in through the form."""
    context = chromium.new_context(base_url=system.origin)
    page = context.new_page()
    page.goto("/admin/login")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(STAFF_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Dashboard", level=1)).to_be_visible()
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def open_context(system, chromium, request) -> Iterator:
    """`open_context(**options)`: a browser context on the admin origin, closed after the test."""
    opened: list[BrowserContext] = []

    def make(**options) -> BrowserContext:
        made = chromium.new_context(**{"base_url": system.origin, "viewport": DESKTOP, "locale": "en-GB", **options})
        made.set_default_timeout(10_000)
        opened.append(made)
        return made

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def open_page(open_context, console_messages, signed_in) -> Iterator:
    """`open_page(**options)`: a page of a signed-in browser, its console messages recorded."""

    def make(**options) -> Page:
        page = open_context(**{"storage_state": signed_in, **options}).new_page()
        console_messages.listen(page)
        return page

    return make


@pytest.fixture
def page(open_page) -> Page:
    """A page of a signed-in browser on a desktop."""
    return open_page()


@pytest.fixture
def phone(open_page) -> Page:
    """The same on a phone."""
    return open_page(viewport=PHONE, has_touch=True)


@pytest.fixture
def new_view(system) -> Iterator:
    """Saves a view of the list for the person signed in, with the fields given; it is deleted when the test ends."""
    made = []

    def save(name: str, **fields) -> dict:
        made.append(system.post("/views", {"name": name, **fields}))
        return made[-1]

    yield save
    for view in made:
        system.delete(f"/views/{view['id']}")


@pytest.fixture(scope="session")
def full(system) -> dict:
    """The record of a demo client who has something on every tab, and a sticky note."""
    for row in system.rows("/clients", limit=100, status="active"):
        record = system.get(f"/clients/{row['id']}").json()
        full = all(record["counts"].values()) and record["summary"]["sticky_notes"]
        if full and system.rows(f"/clients/{row['id']}/credits"):
            return record
    raise AssertionError("the demo data has no client with something on every tab")


@pytest.fixture(scope="session")
def bare(system) -> dict:
    """The record of a client who was just made: nothing but the primary contact."""
    return system.new_client(first_name="Bea", last_name="Bare")


@pytest.fixture
def small() -> Files:
    """Small files to import, some of their rows at fault."""
    return small_files()
