"""Every route of the API with sample addresses of things that exist, a client for them, and the events they caused."""

import re
import uuid

import requests
from sqlalchemy import create_engine, text

from chassis.db.engine import driver_url
from deploy.services import PUBLISHERS
from gateway.http.routing import Route
from tools.docs.openapi import api_routes, openapi, path_of

ROUTES = api_routes()
WRITES = [route for route in ROUTES if route.method != "GET"]
LISTS = [route for route in ROUTES if {"limit", "after"} <= {*route.contract.query}]
ACTED_ON = "SELECT count(*) FROM outbox WHERE body #>> '{actor,kind}' <> 'system'"


def name(route: Route) -> str:
    """A route as the id of its test."""
    return f"{route.method} {path_of(route)}"


def address(route: Route, ids: dict[str, str]) -> str:
    """The path of what exists; what there is none of gets an id that nobody has."""
    return re.sub(r"<(\w+)>", lambda found: ids.get(found[1]) or str(uuid.uuid4()), route.path)


def fields(route: Route) -> dict[str, dict]:
    """What a route's JSON body may hold, by openapi.json."""
    content = DOCUMENT["paths"][path_of(route)][route.method.lower()].get("requestBody", {}).get("content", {})
    named = content.get("application/json", {}).get("schema", {}).get("$ref", "").rpartition("/")[2]
    return DOCUMENT["components"]["schemas"].get(named, {}).get("properties", {})


DOCUMENT = openapi()


class ApiClient:
    """Requests with one token over one connection, each write under a key of its own."""

    def __init__(self, system):
        self.system, self._http = system, requests.Session()
        self._http.headers["Authorization"] = f"Bearer {system.token}"

    def __call__(self, method: str, path: str, headers: dict | None = None, **options) -> requests.Response:
        meant = {"Idempotency-Key": uuid.uuid4().hex, "If-Match": '"1"', **(headers or {})}
        url = self.system.origin + path
        return self._http.request(method, url, headers=meant, timeout=30, allow_redirects=False, **options)

    def event_counts(self) -> dict[str, int]:
        """How many events each service has committed for a person: no request has changed anything while it stays the
        same."""
        counts = {}
        for service in PUBLISHERS:
            engine = create_engine(driver_url(self.system.containers[service].config["settings"].database_url))
            with engine.connect() as connection:
                counts[service] = connection.scalar(text(ACTED_ON))
            engine.dispose()
        return counts


def pointers(answer: requests.Response) -> dict[str, str]:
    """{pointer: code} of a refusal."""
    return {error["pointer"]: error["code"] for error in answer.json().get("errors", [])}
