"""An entry's action as a sentence, and its changes with what only the personal part says. Rendered when it is read."""


def action_of(event_type: str, facts: dict, personal: dict, changes: list[dict]) -> str:
    """What was done, to stand behind the actor's name: "updated the client"."""
    noun, _, verb = event_type.rpartition(".v")[0].partition(".")
    return f"{verb.replace('_', ' ')} {noun.replace('_', ' ')}"


def changes_of(changes: list[dict], personal: dict) -> list[dict]:
    """The changed fields as `{"field", "old", "new"}`; personal values come from the personal part while they are there."""
    merged = []
    for change in changes:
        kept = personal.get(f"changes.{change['field']}", {}).get("value") or change
        merged.append({"field": change["field"], "old": kept.get("old"), "new": kept.get("new")})
    return merged
