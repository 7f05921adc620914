"""Every route of the gateway, with the access it asks for: a route cannot be written down without one.

@page("/admin/clients", access=Permission.CLIENTS_VIEW)
def client_list(ctx): ...
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from werkzeug.routing import Map, Rule

from chassis.http.body import MULTIPART
from chassis.permissions import Access, Permission, Portal

ADMIN, PORTAL, BOTH = "admin", "portal", "both"
API_PREFIX = "/api/v1"

FIELDS, VALIDATE_ONLY = "fields", "validate_only"
DOCUMENTS = ("OpenApi", "AsyncApi", "JsonSchema")

PUBLIC_BODY = 16 * 1024  # of a form that anybody may send
BODY = 256 * 1024  # of every other form, and of JSON; beyond it a route takes files alone
PUBLIC_INPUTS, INPUTS = 20, 1000


@dataclass(frozen=True)
class Contract:
    """The contract of an API route, as openapi.json publishes it; a test holds it to what the route does.

    `rpc` is called with what the query (`query` names its parameters) or the body says; `body` is False where
    nothing but the address says what to do. `differs` describes what the gateway reads itself, so otherwise than the
    RPC method takes it. The answer has `status` and the schema `response` (gateway/api/schemas), or one of the types
    `media`. `if_match` is "required" or "optional". `chosen`: the parameter `fields` chooses among those of the answer;
    `columns`: it names columns too, which the RPC method knows.
    """

    rpc: str | None = None
    query: tuple[str, ...] = ()
    body: bool = False
    differs: Mapping[str, dict] = field(default_factory=dict)
    response: str | None = None
    media: tuple[str, ...] = ()
    status: int = 200
    if_match: str | None = None
    chosen: bool = False
    columns: bool = False


@dataclass(frozen=True)
class Route:
    """One method and path, who may use it, on which origin it answers, and how its errors look ("page" or "api").

    `needs_key`: a program must send an Idempotency-Key; a form always carries one. `refused(ctx, problem, **values)`
    answers in place of the general page where an impersonator asks for what only the client itself may do. `step_up`
    asks a session for recent authentication; with `development` the route is one of a development system alone.
    A body has at most `max_body` bytes, and a form `max_fields` fields; more than BODY bytes are multipart files.
    """

    method: str
    path: str
    access: Permission | Portal | Access
    origin: str
    kind: str
    handler: Callable
    max_body: int
    seconds: float | None
    needs_key: bool = False
    contract: Contract = field(default=Contract(), compare=False)
    refused: Callable | None = None
    max_fields: int = INPUTS
    step_up: bool = False
    development: bool = False

    def most(self, mimetype: str) -> int:
        """How many bytes a body of this content type may have."""
        return self.max_body if mimetype == MULTIPART else min(self.max_body, BODY)


ROUTES: list[Route] = []


def _add(
    kind: str,
    path: str,
    access,
    method: str,
    origin: str,
    max_body: int | None,
    seconds: float | None,
    needs_key: bool = False,
    contract: Contract | None = None,
    max_fields: int | None = None,
    **more,
):
    public = access is Access.PUBLIC

    def decorate(handler):
        ROUTES.append(
            Route(
                method,
                path,
                access,
                origin,
                kind,
                handler,
                max_body or (PUBLIC_BODY if public else BODY),
                seconds,
                needs_key,
                contract or Contract(),
                max_fields=max_fields or (PUBLIC_INPUTS if public else INPUTS),
                **more,
            )
        )
        return handler

    return decorate


def page(
    path: str,
    *,
    access: Permission | Portal | Access,
    method: str = "GET",
    origin: str = ADMIN,
    max_body: int | None = None,
    max_fields: int | None = None,
    seconds: float | None = None,
    **more,
):
    """A route that answers people, in HTML. `more`: `refused`, `step_up` and `development` of Route."""
    return _add("page", path, access, method, origin, max_body, seconds, max_fields=max_fields, **more)


def api(
    path: str,
    *,
    access: Permission | Portal | Access,
    method: str = "GET",
    max_body: int | None = None,
    seconds: float | None = None,
    needs_key: bool = False,
    **contract,
):
    """A route below /api/v1, which answers programs, in JSON; on the admin origin only. `contract`: the fields of
    Contract.

    Its parameters are in `ctx.params`; others are refused, and so is a body where it takes none. Every read that answers JSON
    takes FIELDS too, every write VALIDATE_ONLY.
    """
    published = Contract(**{"body": method in ("POST", "PUT", "PATCH"), **contract})
    published = replace(published, **_chosen(published) if method == "GET" else _validated(published))
    return _add("api", API_PREFIX + path, access, method, ADMIN, max_body, seconds, needs_key, published)


def _chosen(contract: Contract) -> dict:
    """What the contract of a read says of `fields`."""
    if contract.response in (None, *DOCUMENTS):
        return {}
    columns = FIELDS in contract.query
    return {"chosen": True, "columns": columns, "query": contract.query if columns else (*contract.query, FIELDS)}


def _validated(contract: Contract) -> dict:
    return {"query": (*contract.query, VALIDATE_ONLY)}


def url_map() -> Map:
    """All routes as Werkzeug rules; the endpoint of each is its Route."""
    rules = [Rule(route.path, methods=[route.method], endpoint=route) for route in ROUTES]
    return Map(rules, strict_slashes=True, redirect_defaults=False, merge_slashes=False)
