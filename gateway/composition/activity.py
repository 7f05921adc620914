"""What the pages of the log share: filters that may be refused one by one, and requests with what they set off."""

from chassis.errors import ServiceProblem
from gateway.http.context import RequestContext

AUTOMATIC = 1000  # a chain up to this long is verified whenever its page is shown
VERIFY_SECONDS = 30.0


def gather_items(
    ctx: RequestContext, target: str, wanted: dict, filters: tuple[str, ...], **beside: tuple
) -> tuple[dict, dict]:
    """The answers with `items` of `target`, and {field: message} of filters that were refused and left out then."""
    answers = ctx.gather(items=(target, wanted), **beside)
    errors = _field_messages(answers["items"], filters)
    if errors:
        kept = {name: value for name, value in wanted.items() if name not in errors}
        answers["items"] = ctx.gather(items=(target, kept))["items"]
    return answers, errors


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
    """The entries, newest first, each request once: what it set off goes into `effects` of the entry that began it.

    Entries of one request carry one cause. It began with what a person did, or else with what came first. In a chain
    that is broken each entry stays in its place.
    """
    if verdict is not None and verdict["valid"] is False:
        return [{**entry, "effects": []} for entry in entries]
    requests: dict[str, list[dict]] = {}
    for entry in entries:
        requests.setdefault(entry["cause"] or entry["id"], []).append(entry)
    began = {
        cause: min(same, key=lambda entry: (entry["actor"]["kind"] == "system", _order(entry)))
        for cause, same in requests.items()
    }
    return [
        {**entry, "effects": sorted((other for other in requests[cause] if other is not entry), key=_order)}
        for entry in entries
        if began[cause := entry["cause"] or entry["id"]] is entry
    ]


def _order(entry: dict) -> tuple:
    return entry["occurred_at"], entry["seq"]
