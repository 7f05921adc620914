"""Events of all services as one list: each service's in the order in which it published them, merged by their times.

A cursor has the position in each service, so that one can be kept for ever; a service that is away keeps its place.
"""

from heapq import merge

from chassis.errors import field_problem
from chassis.types.cursors import read_cursor, write_cursor
from gateway.composition.documents import event_schemas
from gateway.http.call_errors import part
from gateway.http.context import RequestContext

CURSOR = "events"


def list_events(ctx: RequestContext, params: dict[str, str]) -> dict:
    """The page of events that `params` name: `{"data", "page", "resume", "unavailable"}`.

    `page.next` is null where nothing follows now; `resume` is a cursor always. Raises a 422 that names the parameter.
    """
    positions = _positions(params.pop("after", None))
    services = _services(params.get("types"))
    answers = ctx.gather(
        **{one: (f"{one}.list_events", {**params, "position": positions.get(one, 0)}) for one in services}
    )
    parts = {service: part(answer) for service, answer in answers.items()}
    there = {service: found for service, found in parts.items() if found is not None}
    rows = list(merge(*(_dated(*one) for one in there.items()), key=lambda row: row[0]))
    shown = rows[: int(params.get("limit", 25))]
    positions |= _reached(there, shown)
    more = len(shown) < len(rows) or any(found["more"] for found in there.values())
    resume = write_cursor(CURSOR, [" ".join(f"{service}={at}" for service, at in sorted(positions.items()))])
    return {
        "data": [event for _, _, _, event in shown],
        "page": {"next": resume if more else None, "prev": None, "total": None, "exact": False},
        "resume": resume,
        "unavailable": sorted(set(parts) - set(there)),
    }


def _services(types: str | None) -> list[str]:
    """The services that publish `types`, or any; 422 for a type that nobody publishes."""
    publishers = {type: schema["$id"].split(":")[2] for type, schema in event_schemas().items()}
    wanted = publishers if types is None else types.split(",")
    for type in wanted:
        if type not in publishers:
            raise field_problem("/types", f"{type!r} is no type of event.")
    return sorted({publishers[type] for type in wanted})


def _dated(service: str, found: dict) -> list[tuple]:
    return [(row["event"]["time"], service, row["position"], row["event"]) for row in found["data"]]


def _reached(parts: dict[str, dict], shown: list[tuple]) -> dict[str, int]:
    """How far each service is read: to the end of its part where all of it is shown, else to what is shown of it."""
    last = {service: position for _, service, position, _ in shown}
    whole = {
        service: found["position"]
        for service, found in parts.items()
        if not found["data"] or found["data"][-1]["position"] == last.get(service)
    }
    return last | whole


def _positions(cursor: str | None) -> dict[str, int]:
    return {} if cursor is None else read_cursor(cursor, CURSOR, (_read,), "/after")[0]


def _read(text: str) -> dict[str, int]:
    """`clients=12 billing=3` as positions; ValueError for anything else."""
    found = {service: int(at) for service, at in (one.split("=") for one in text.split())}
    if not all(0 <= at < 2**63 for at in found.values()):
        raise ValueError("no position")
    return found
