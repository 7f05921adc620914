"""Bulk acts: from the selection of the client list to a job. A dialog asks for what the act needs, shows the dry run, and
starts the job on the clients that this has shown."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem, field_problem, not_found
from chassis.permissions import Permission
from chassis.types.ids import parse_id
from gateway.composition.client_list import FILTERS
from gateway.composition.custom_field_values import typed_values
from gateway.http.context import BATCH_SECONDS, RequestContext
from gateway.http.cookies import leave_notice
from gateway.http.forms import attempt, done, show, typed_lines
from gateway.http.routing import page

TEMPLATE = "clients/bulk_act.html"
ASKED = ("tag_id", "group_id", "status", "field_id", "body", "sticky", "reason", "detail", "confirm")
NO_GROUP = "none"
MOST_CLIENTS = 20_000  # an act takes, as the clients service has it (docs/decisions/0020)


@dataclass(frozen=True)
class Act:
    """An act as the screen names it: its heading, what may do it, and what makes sure that it is meant."""

    name: str
    permission: Permission
    confirm: str = ""


ACTS = {
    "add_tag": Act("Add tag", Permission.CLIENTS_EDIT),
    "remove_tag": Act("Remove tag", Permission.CLIENTS_EDIT),
    "set_group": Act("Set group", Permission.CLIENTS_EDIT),
    "set_status": Act("Set status", Permission.CLIENTS_EDIT),
    "suspend_services": Act("Suspend services", Permission.SERVICES_MANAGE, "suspend"),
    "unsuspend_services": Act("Unsuspend services", Permission.SERVICES_MANAGE),
    "add_note": Act("Add note", Permission.NOTES_CREATE),
    "set_custom_field": Act("Set custom field", Permission.CLIENTS_EDIT),
}


@page("/admin/clients/bulk/<act>", access=Permission.CLIENTS_BULK, method="POST", seconds=BATCH_SECONDS)
def bulk_act(ctx: RequestContext, act: str) -> Response:
    """One step of the dialog: what the act needs, its dry run, its start."""
    ctx.identify()
    if act not in ACTS:
        raise not_found()
    ctx.caller.require(ACTS[act].permission)
    form = BulkForm(ctx, act)
    step = ctx.request.form.get("step", "")
    if step == "" or form.lacks_value:
        return show(ctx, TEMPLATE, values=form.values, **form.context())
    if step == "start":
        return attempt(ctx, TEMPLATE, form.start, form.started, values=form.values, back=BACK, context=form.looked)
    return attempt(ctx, TEMPLATE, form.look, form.looked_at, values=form.values, back=BACK, context=form.context)


BACK = "/admin/clients"


class BulkForm:
    """What the dialog was sent: the selection, and what was typed for the act."""

    def __init__(self, ctx: RequestContext, act: str):
        self.ctx, self.act, self.values = ctx, act, typed_lines(ctx, *ASKED)
        form = ctx.request.form
        chosen = [*form.get("picked", "").split(","), *form.getlist("ids")]
        self.ids = sorted({one for one in chosen if parse_id(one) is not None})
        self.all = form.get("all") or None
        self._fields: list[dict] | None = None

    @property
    def lacks_value(self) -> bool:
        """Whether a custom field was chosen whose value has not been asked for."""
        return self.act == "set_custom_field" and bool(self.values["field_id"]) and "shown" not in self.ctx.request.form

    def context(self) -> dict:
        """The variables of the dialog while there is no dry run to show."""
        return {"act": self.act, "acts": ACTS, "selection": self._shown(), "choices": self._choices(), "dry_run": None}

    def looked(self) -> dict:
        """The variables of the dialog with its dry run, where there can be one."""
        try:
            return {**self.context(), "dry_run": self.look()}
        except ServiceProblem:
            return self.context()

    def look(self) -> dict:
        """The dry run."""
        return self._ask(validate_only=True)["dry_run"]

    def looked_at(self, dry_run: dict) -> Response:
        """The dialog with this dry run."""
        return show(self.ctx, TEMPLATE, values=self.values, **{**self.context(), "dry_run": dry_run})

    def start(self) -> dict:
        """The job that has begun."""
        number = self.ctx.request.form.get("changed", "")
        asked = ACTS[self.act].confirm and f"{ACTS[self.act].confirm} {number}"
        if asked and self.values["confirm"].lower() != asked:
            raise field_problem("/confirm", f"Type {asked} to confirm.")
        expected = self.ctx.request.form.get("expected", "")
        return self._ask(
            expected=int(expected) if expected.isdecimal() else None,
            expected_digest=self.ctx.request.form.get("expected_digest") or None,
        )["job"]

    def started(self, job: dict) -> Response:
        """To the job's page."""
        return to_job(self.ctx, job, f"{job['number']} has begun")

    def _ask(self, **more) -> dict:
        return self.ctx.call(
            "clients.start_bulk_job",
            seconds=BATCH_SECONDS,
            writes="validate_only" not in more,
            act=self.act,
            arguments=self._arguments(),
            **self._selection(),
            **more,
        )

    def _selection(self) -> dict:
        if self.all is None:
            if not self.ids:
                raise ServiceProblem("validation", "No client is selected.")
            return {"ids": self.ids}
        asked = dict(parse_qsl(self.all.removeprefix("?")))
        return {"query": {name: value for name, value in asked.items() if name in FILTERS and name != "sort"}}

    def _shown(self) -> dict:
        """The selection as the dialog carries it on: `picked` ids, or `all` of a query."""
        return {"picked": ",".join(self.ids), "all": self.all, "count": None if self.all is not None else len(self.ids)}

    def _choices(self) -> dict:
        """What can be chosen for the act: `options` of (value, text), and the custom `field` that was."""
        if self.act == "set_custom_field":
            options = [(field["id"], field["label"]) for field in self._custom_fields()]
            return {"options": options, "field": self._field()}
        rpc = {"add_tag": "list_tags", "remove_tag": "list_tags", "set_group": "list_groups"}.get(self.act)
        rows = self.ctx.call(f"clients.{rpc}", writes=False)["data"] if rpc else []
        return {"options": [(row["id"], row["name"]) for row in rows], "field": None}

    def _custom_fields(self) -> list[dict]:
        if self._fields is None:
            self._fields = self.ctx.call("clients.list_custom_fields", writes=False)["data"]
        return self._fields

    def _field(self) -> dict | None:
        return next((field for field in self._custom_fields() if field["id"] == self.values["field_id"]), None)

    def _arguments(self) -> dict:
        values = self.values
        match self.act:
            case "add_tag" | "remove_tag":
                return {"tag_id": _chosen(values, "tag_id", "Choose a tag.")}
            case "set_group":
                group_id = _chosen(values, "group_id", "Choose a group.")
                return {"group_id": None if group_id == NO_GROUP else group_id}
            case "set_status":
                return {"status": values["status"], "reason": values["reason"]}
            case "add_note":
                return {"body": values["body"], "sticky": values["sticky"] == "true"}
            case "set_custom_field":
                return self._field_arguments()
        return {"reason": _reason(values)}

    def _field_arguments(self) -> dict:
        field = self._field()
        if field is None:
            raise field_problem("/field_id", "Choose a field.")
        value = typed_values(self.ctx, [field]).get(field["id"], "")
        self.values[field["id"]] = value if isinstance(value, str) else "true" if value else ""
        return {"field_id": field["id"], "value": value}


def to_job(ctx: RequestContext, job: dict, message: str) -> Response:
    """To the page of a job, which shows `message`: a page of its own, not a part of the one that was left."""
    address = f"/admin/jobs/{job['id']}"
    if not ctx.is_fragment:
        return done(ctx, message, address)
    response = Response(status=204, headers={"HX-Redirect": address})
    leave_notice(response, message, ctx.settings)
    return response


def _chosen(values: dict, name: str, otherwise: str) -> str:
    if not values[name]:
        raise field_problem(f"/{name}", otherwise)
    return values[name]


def _reason(values: dict) -> str:
    """The reason chosen with the detail behind it; "Other" is no reason without one."""
    reason = "" if values["reason"] == "Other" else values["reason"]
    given = ": ".join(filter(None, (reason, values["detail"])))
    if not given:
        raise field_problem("/detail" if values["reason"] else "/reason", "Say what the reason is.")
    return given
