"""Activity log pages: filters that may be refused one by one, and entries grouped by the request that caused them."""

from chassis.errors import ServiceProblem
from gateway.http.call_errors import part
from gateway.http.context import RequestContext

AUTOMATIC = 1000  # a chain up to this long is verified whenever its page is shown
VERIFY_SECONDS = 30.0
PUBLISHERS = ("clients", "billing", "support", "webhooks")
BATCHES = ("suspension_batch",)


def gather_items(
    ctx: RequestContext, rpc: str, params: dict, filters: tuple[str, ...], **beside: tuple
) -> tuple[dict, dict]:
    """The answers, `items` by `rpc` among them, and {field: message} of the filters that were refused and left out."""
    answers = ctx.gather(items=(rpc, params), **beside)
    errors = _field_messages(answers["items"], filters)
    if errors:
        kept = {name: value for name, value in params.items() if name not in errors}
        answers["items"] = ctx.gather(items=(rpc, kept))["items"]
    return answers, errors


def verify(ctx: RequestContext, target: str, **wanted) -> dict:
    """The verdict on a whole chain, held against what each service has published by now; of one that does not answer
    nothing is known."""
    ctx.identify()
    asked = {name: (f"{name}.get_stream_sequence", wanted) for name in PUBLISHERS}
    answers = {name: part(answer) for name, answer in ctx.gather(**asked).items()}
    published = {f"services/{name}": answer["sequence"] for name, answer in answers.items() if answer is not None}
    return ctx.call(target, seconds=VERIFY_SECONDS, **wanted, published=published)


def _field_messages(answer, filters: tuple[str, ...]) -> dict[str, str]:
    """Field -> message for a refused filter, {} for anything else."""
    if not isinstance(answer, ServiceProblem) or answer.code != "validation":
        return {}
    return {
        error["pointer"].lstrip("/"): error["message"]
        for error in answer.errors
        if error["pointer"].lstrip("/") in filters
    }


def with_effects(entries: list[dict], verdict: dict | None) -> list[dict]:
    """Entries newest first, one for each request: its further entries are the `effects` of the one that began it.

    Entries of one request carry one cause. It began with what a person did, and of that with what was done to many at
    once, or else with what came first. Entries of a broken chain are not grouped.
    """
    if verdict is not None and verdict["valid"] is False and verdict["fault"]["kind"] != "gap":
        return [{**entry, "effects": []} for entry in entries]
    requests: dict[str, list[dict]] = {}
    for entry in entries:
        requests.setdefault(entry["cause"] or entry["id"], []).append(entry)
    began = {
        cause: min(same, key=lambda entry: (entry["actor"]["kind"] == "system", *_rank(entry)))
        for cause, same in requests.items()
    }
    return [
        {**entry, "effects": sorted((other for other in requests[cause] if other is not entry), key=_order)}
        for entry in entries
        if began[cause := entry["cause"] or entry["id"]] is entry
    ]


def _rank(entry: dict) -> tuple:
    """A batch is logged after its members, which it set off."""
    return entry["entity"]["type"] not in BATCHES, _order(entry)


def _order(entry: dict) -> tuple:
    return entry["occurred_at"], entry["seq"]
