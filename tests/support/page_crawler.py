"""Crawler of the pages: every page by its address and its visible text, found by following links."""

import re
import time
from collections import defaultdict, deque
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import requests
from werkzeug.exceptions import HTTPException

from chassis.settings import Settings
from gateway.http.routing import ADMIN, ROUTES, Route, url_map
from gateway.server.application import Application
from tests.support.browser.system import System, run

Application(Settings(development=True))

SHOWN = [route for route in ROUTES if route.kind == "page" and route.method == "GET"]
EACH = 6  # addresses of one route that are followed further: not every invoice may be paid
# Times, and figures of the running system, follow the clock; what may be chosen is no section.
SILENT = ("script", "style", "time", "data", "title", "option")
LEADING = (
    "href",
    "hx-get",
    "action",
    "hx-post",
    "formaction",
)  # where a form is sent to there is often a page of its own
VOID = ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
PATIENCE = 30
# What time alone changes: relative times, and whether a checkpoint has been signed since.
CLOCK = re.compile(
    r"just now|\d+ \w+ ago|"
    r"Checked [^;]+ UTC; (no signed checkpoint names it yet|signed up to entry [\d,]+ by checkpoint [^;]+ UTC)"
)


@dataclass(frozen=True)
class Answer:
    """What was answered: `texts` is each piece of text with the id of the element that it stands in."""

    status: int
    texts: frozenset[tuple[str, str]]
    links: tuple[str, ...]
    retry_after: str | None
    seconds: float

    @property
    def plain_texts(self) -> set[str]:
        """The pieces of text, wherever they stand."""
        return {text for _, text in self.texts}


class PageReader(HTMLParser):
    """Reads a page: its pieces of text, each beneath the nearest id, and where its links lead."""

    def __init__(self, html: str):
        super().__init__()
        self._open: list[tuple[str, str]] = [("", "")]
        self.texts: set[tuple[str, str]] = set()
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        known = dict(attrs)
        self.links += filter(None, (known.get(name) for name in LEADING))
        if tag not in VOID:
            self._open.append((tag, known.get("id") or self._open[-1][1]))

    def handle_endtag(self, tag: str) -> None:
        if any(tag == one for one, _ in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        text = CLOCK.sub("…", " ".join(data.split()))
        if text and not any(tag in SILENT for tag, _ in self._open):
            self.texts.add((self._open[-1][1], text))


class Browser:
    """Somebody on the admin's origin or on the portal's; nobody until they `enter`."""

    def __init__(self, system: System, *, portal: bool = False):
        self.origin = system.portal_origin if portal else system.origin
        self._system, self._http = system, requests.Session()

    def enter(self, email: str, *arguments: str) -> "Browser":
        """Sign in by a one-time link, as whoever has this email."""
        link = run(
            "services.clients",
            "login-link",
            email,
            *arguments,
            COMMERCE_DEVELOPMENT="1",
            COMMERCE_DATABASE_URL=self._system.databases["clients"].app_url,
        )
        self._http.get(urljoin(self.origin, link.strip()), timeout=PATIENCE).raise_for_status()
        return self

    def fetch(self, address: str) -> Answer:
        """One page, read."""
        begun = time.monotonic()
        got = self._http.get(self.origin + address, timeout=PATIENCE, allow_redirects=False)
        seconds = time.monotonic() - begun
        self._forget_opened()
        page = PageReader(got.text if got.headers.get("Content-Type", "").startswith("text/html") else "")
        return Answer(
            got.status_code, frozenset(page.texts), tuple(page.links), got.headers.get("Retry-After"), seconds
        )

    def _forget_opened(self) -> None:
        """Keep no list of the records that were looked at: the start page would say another thing each time."""
        for kept in [one for one in self._http.cookies if one.name.endswith("opened")]:
            self._http.cookies.clear(kept.domain, kept.path, kept.name)

    def fetch_all(self, addresses: Iterable[str], callers: int) -> dict[str, Answer]:
        """Several pages, as many at a time as there are callers."""
        with ThreadPoolExecutor(callers) as pool:
            return dict(zip(addresses, pool.map(self.fetch, addresses), strict=True))


class Site:
    """The pages of one origin: an address for each route that a link leads to, fetched by somebody who may see all of
    them.

    Links are followed from each of `starts` in turn; the first address of a route is the one that is kept.
    """

    def __init__(self, browser: Browser, *starts: str):
        self.browser, self._urls = browser, url_map().bind(urlsplit(browser.origin).netloc)
        self.pages: dict[Route, str] = {}
        for start in starts:
            self._follow(start)

    def _follow(self, start: str) -> None:
        waiting, met = deque([start]), defaultdict(set)
        while waiting:
            address = waiting.popleft()
            answer = self.browser.fetch(address)
            if answer.status == 200 and answer.texts:
                self.pages.setdefault(self._route(address), address)
                waiting += self._new(address, answer.links, met)

    def _new(self, address: str, links: Iterable[str], met: dict[Route, set[str]]) -> Iterable[str]:
        for link in links:
            target = urldefrag(urljoin(self.browser.origin + address, link)).url
            path = target.removeprefix(self.browser.origin)
            route = self._route(path) if path != target else None
            if route in SHOWN and path not in met[route] and len(met[route]) < EACH:
                met[route].add(path)
                yield path

    def _route(self, address: str) -> Route | None:
        try:
            return self._urls.match(address.partition("?")[0])[0]
        except HTTPException:
            return None


def unseen(*sites: Site) -> set[str]:
    """The routes that answer with a page and that no site has an address of."""
    seen = {route for site in sites for route in site.pages}
    return {
        f"{'' if route.origin == ADMIN else route.origin + ' '}{route.path}" for route in SHOWN if route not in seen
    }
