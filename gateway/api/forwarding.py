"""Routes that pass through: one RPC method is called with what the request names, and its answer is the response.

    forward("/clients/<client_id>/notes/<note_id>", "clients.get_note", summary="One note",
            access=Permission.NOTES_VIEW, response="Note")

The arguments of the call are the fields of the path and the JSON body, the query parameters and the version of If-Match.
"""

from functools import partial

from werkzeug.wrappers import Response

from gateway.api.schemas import ETAGGED
from gateway.http.context import RequestContext
from gateway.http.json_body import json_fields, optional_fields
from gateway.http.query_params import PAGING, expected_version
from gateway.http.responses import as_json
from gateway.http.routing import api
from gateway.http.short_lists import page_of, whole


def forward(
    path: str,
    rpc: str,
    *,
    summary: str,
    description: str = "",
    hide: tuple[str, ...] = (),
    location: bool = False,
    as_self: bool = False,
    optional_body: bool = False,
    short: bool = False,
    **route,
) -> None:
    """Add the route `path`, which forwards to `rpc`; `route` is what else `api` takes, such as access and response.

    `hide` are fields of the answer that programs are not given; with `location` the response has the new item's
    address. `as_self` calls as the signed-in person; with `optional_body` the body may be missing. What `rpc` answers is
    a `short` list, which is paged here.
    """
    if short and route.get("method", "GET") == "GET":
        route["query"] = (*route.get("query", ()), *PAGING)

    def handler(ctx: RequestContext, **path_fields: str) -> Response:
        call = ctx.call_as_self if as_self else partial(ctx.call, seconds=ctx.route.seconds)
        paging = {name: ctx.params.pop(name) for name in PAGING if name in ctx.params} if short else {}
        answer = call(rpc, **_arguments(ctx, path_fields, optional_body))
        if short:
            rows = answer["data"]
            answer = page_of(ctx.request.path, rows, paging) if "limit" in ctx.route.contract.query else whole(rows)
        return _response(ctx, answer, hide, location)

    handler.__name__ = rpc.partition(".")[2]
    handler.__doc__ = f"{summary}. {description}"
    api(path, rpc=rpc, **route)(handler)


def _arguments(ctx: RequestContext, path_fields: dict[str, str], optional_body: bool) -> dict:
    """The fields of path, query and body. All services but clients take the client from the signed context."""
    contract, known = ctx.route.contract, dict(path_fields)
    if contract.if_match:
        required = contract.if_match == "required" or "If-Match" in ctx.request.headers
        known["version"] = expected_version(ctx.request) if required else None
    if "client_id" in known and not contract.rpc.startswith("clients."):
        known["client_id"] = ctx.check_client(known["client_id"])
    if not contract.body:
        return {**ctx.params, **known}
    return (optional_fields if optional_body else json_fields)(ctx.request, **known)


def _response(ctx: RequestContext, answer: dict, hide: tuple[str, ...], location: bool) -> Response:
    """The answer as JSON, with its ETag and the address of what was made; a paged list has nothing `unavailable`."""
    contract, headers = ctx.route.contract, {}
    if contract.response in ETAGGED:
        headers["ETag"] = f'"{answer["version"]}"'
    if location:
        headers["Location"] = f"{ctx.request.path}/{answer['id']}"
    body = {name: value for name, value in answer.items() if name not in hide}
    if "limit" in contract.query:
        body["unavailable"] = []
    return as_json(body, contract.status, **headers)
