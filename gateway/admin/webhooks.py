"""Webhooks: /admin/webhooks, the endpoints, one with its deliveries, and what is done to them."""

from werkzeug.wrappers import Response

from chassis.errors import field_problem
from chassis.permissions import Permission
from gateway.http.context import RequestContext
from gateway.http.forms import CONFIRM, as_texts, changed, confirm, show, submit, typed, typed_lines
from gateway.http.query_params import paged_parameters, parameters
from gateway.http.responses import as_page
from gateway.http.routing import page

PATH = "/admin/webhooks"
ENDPOINT = f"{PATH}/<endpoint_id>"
DELIVERY = f"{ENDPOINT}/deliveries/<delivery_id>"
LIST, FORM, RECORD, SECRETS = (
    "webhooks/list.html",
    "webhooks/form.html",
    "webhooks/record.html",
    "webhooks/secrets.html",
)
REDELIVER, ATTEMPTS = "webhooks/redeliver.html", "webhooks/delivery.html"
VIEW, MANAGE = Permission.WEBHOOKS_VIEW, Permission.WEBHOOKS_MANAGE
NEW = {"scheme": "v1"}
CHANGEABLE = ("url", "description", "filters", "alert_email", "personal")


@page(PATH, access=VIEW)
def endpoints(ctx: RequestContext) -> Response:
    """All endpoints, the oldest first."""
    parameters(ctx.request)
    return as_page(ctx, LIST, endpoints=ctx.call("webhooks.list_endpoints")["data"])


@page(f"{PATH}/new", access=MANAGE)
def new_endpoint_form(ctx: RequestContext) -> Response:
    """The form of a new endpoint."""
    ctx.identify()
    return show(ctx, FORM, values=NEW, back=PATH, endpoint=None)


@page(f"{PATH}/new", access=MANAGE, method="POST")
def create_endpoint(ctx: RequestContext) -> Response:
    """Make it, and show it."""
    values = typed(ctx, *CHANGEABLE, "scheme")
    return submit(
        ctx,
        FORM,
        lambda: ctx.call("webhooks.create_endpoint", **_given(values)),
        message="Webhook added",
        back=PATH,
        moves=lambda made: f"{PATH}/{made['id']}",
        values=values,
        context=lambda: {"endpoint": None},
    )


@page(ENDPOINT, access=VIEW)
def endpoint_record(ctx: RequestContext, endpoint_id: str) -> Response:
    """One endpoint with a page of its deliveries, the newest first."""
    asked = paged_parameters(ctx.request, "status")
    endpoint = ctx.call("webhooks.get_endpoint", endpoint_id=endpoint_id)
    deliveries = ctx.call("webhooks.list_deliveries", endpoint_id=endpoint_id, **asked)
    return as_page(ctx, RECORD, endpoint=endpoint, deliveries=deliveries, chosen=asked.get("status", ""))


@page(f"{ENDPOINT}/edit", access=MANAGE)
def endpoint_form(ctx: RequestContext, endpoint_id: str) -> Response:
    """The form of an endpoint, as it is now."""
    endpoint = ctx.call("webhooks.get_endpoint", endpoint_id=endpoint_id)
    now = as_texts(endpoint, *CHANGEABLE)
    return show(ctx, FORM, values=now, back=f"{PATH}/{endpoint['id']}", endpoint=endpoint, opened_with=now)


@page(f"{ENDPOINT}/edit", access=MANAGE, method="POST")
def update_endpoint(ctx: RequestContext, endpoint_id: str) -> Response:
    """Save what was changed of it."""
    endpoint = ctx.call("webhooks.get_endpoint", endpoint_id=endpoint_id, writes=False)
    values, present = typed_lines(ctx, *CHANGEABLE), as_texts(endpoint, *CHANGEABLE)

    def act():
        given = _given(values)
        new = {name: given[name] for name in changed(ctx, present)}
        return ctx.call("webhooks.update_endpoint", endpoint_id=endpoint["id"], **new)

    return submit(
        ctx,
        FORM,
        act,
        message="Webhook saved",
        back=f"{PATH}/{endpoint['id']}",
        values=values,
        context=lambda: {"endpoint": endpoint, "opened_with": present},
    )


def _given(values: dict) -> dict:
    """`values` for the service: a filter for each line or word, no email where none was typed."""
    filters = values["filters"].replace(",", " ").split()
    email = values["alert_email"] or None
    return {**values, "filters": filters, "personal": values["personal"] == "true", "alert_email": email}


@page(f"{ENDPOINT}/secrets", access=MANAGE, step_up=True)
def secrets(ctx: RequestContext, endpoint_id: str) -> Response:
    """What the receiver verifies with."""
    parameters(ctx.request)
    endpoint = ctx.call("webhooks.get_endpoint", endpoint_id=endpoint_id)
    keys = ctx.call("webhooks.list_secrets", endpoint_id=endpoint_id)["data"]
    return show(ctx, SECRETS, endpoint=endpoint, keys=keys, back=f"{PATH}/{endpoint['id']}")


@page(f"{ENDPOINT}/redeliver", access=MANAGE)
def redeliver_form(ctx: RequestContext, endpoint_id: str) -> Response:
    """The form that asks since when."""
    endpoint = ctx.call("webhooks.get_endpoint", endpoint_id=endpoint_id)
    return show(ctx, REDELIVER, values={"failed_only": "true"}, endpoint=endpoint, back=f"{PATH}/{endpoint['id']}")


@page(f"{ENDPOINT}/redeliver", access=MANAGE, method="POST")
def redeliver_since(ctx: RequestContext, endpoint_id: str) -> Response:
    """Have what became the endpoint's since a time sent again."""
    values = typed(ctx, "since", "failed_only")

    def act() -> dict:
        if not values["since"]:
            raise field_problem("/since", "Fill this in.")
        since = f"{values['since']}T00:00:00Z"
        only = values["failed_only"] == "true"
        return ctx.call("webhooks.redeliver_since", endpoint_id=endpoint_id, since=since, failed_only=only)

    return submit(
        ctx,
        REDELIVER,
        act,
        message=lambda answer: f"{answer['deliveries']} sent again",
        back=f"{PATH}/{endpoint_id}",
        values=values,
        context=lambda: {"endpoint": ctx.call("webhooks.get_endpoint", endpoint_id=endpoint_id, writes=False)},
    )


@page(DELIVERY, access=VIEW)
def delivery(ctx: RequestContext, endpoint_id: str, delivery_id: str) -> Response:
    """A delivery with its request and its attempts."""
    parameters(ctx.request)
    endpoint = ctx.call("webhooks.get_endpoint", endpoint_id=endpoint_id)
    found = ctx.call("webhooks.get_delivery", endpoint_id=endpoint_id, delivery_id=delivery_id)
    return as_page(ctx, ATTEMPTS, endpoint=endpoint, delivery=found)


def _act(path: str, rpc: str, message: str, question: dict, *, away: bool = False) -> None:
    """A question at `path` below an endpoint, and what a yes does; with `away` it is gone then."""

    @page(f"{ENDPOINT}/{path}", access=MANAGE)
    def ask(ctx: RequestContext, endpoint_id: str, **which: str) -> Response:
        parameters(ctx.request)
        endpoint = ctx.call("webhooks.get_endpoint", endpoint_id=endpoint_id)
        return confirm(ctx, question, back=f"{PATH}/{endpoint['id']}")

    @page(f"{ENDPOINT}/{path}", access=MANAGE, method="POST")
    def act(ctx: RequestContext, endpoint_id: str, **which: str) -> Response:
        return submit(
            ctx,
            CONFIRM,
            lambda: ctx.call(f"webhooks.{rpc}", endpoint_id=endpoint_id, **which),
            message=message,
            back=PATH if away else f"{PATH}/{endpoint_id}",
            moves=away,
            context=lambda: {"question": question},
        )


_act(
    "enable",
    "enable_endpoint",
    "Webhook enabled",
    {"heading": "Enable the webhook", "button": "Enable", "text": "What has waited for it is sent now, in order."},
)
_act(
    "disable",
    "disable_endpoint",
    "Webhook disabled",
    {
        "heading": "Disable the webhook",
        "button": "Disable",
        "text": "Nothing more is sent. What it would be sent waits, for 30 days, until it is enabled.",
    },
)
_act(
    "rotate",
    "rotate_secret",
    "Secret rotated",
    {
        "heading": "Rotate the secret",
        "button": "Rotate",
        "text": "Requests are signed with a new secret from now on, and for 24 hours with the one before as well.",
    },
)
_act(
    "delete",
    "delete_endpoint",
    "Webhook deleted",
    {
        "heading": "Delete the webhook",
        "button": "Delete",
        "harms": True,
        "text": "Its secrets, its log and all that waits for it are gone for good.",
    },
    away=True,
)
_act(
    "deliveries/<delivery_id>/redeliver",
    "redeliver",
    "Sent again",
    {
        "heading": "Send again",
        "button": "Send again",
        "text": "The receiver gets this event once more, under the same id.",
    },
)
