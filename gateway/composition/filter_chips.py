"""Filters as pages show them: the chips of a filter's text, and what is wrong with one."""

from chassis.errors import ServiceProblem
from chassis.filters.faults import POINTER
from chassis.filters.parser import parse
from chassis.filters.tree import And, Node, Not, Or, Restriction
from chassis.filters.unparser import path_text, text_of


def filter_state(text: str) -> dict:
    """What the filter's bar is drawn from: `{"text", "chips", "fault"}`, as far as `text` can be read."""
    try:
        tree = parse(text)
    except ServiceProblem as problem:
        return faulty(text, problem)
    return {"text": text_of(tree), "chips": [] if tree is None else _groups(tree), "fault": None}


def faulty(text: str, problem: ServiceProblem) -> dict:
    """The same of a filter that was refused; `mended` is its text with the nearest that is right, None without one."""
    message, position = problem.errors[0]["message"], problem.extra.get("position", 1)
    nearest, length = problem.extra.get("nearest"), problem.extra.get("length", 0)
    begin, end = position - 1, position - 1 + length
    mended = f"{text[:begin]}{nearest}{text[end:]}" if nearest and length else None
    fault = {"message": message, "position": position, "length": length, "nearest": nearest, "mended": mended}
    return {"text": text, "chips": [], "fault": fault}


def is_of_filter(problem: ServiceProblem) -> bool:
    """Whether a refusal is about the filter."""
    return any(error["pointer"] == POINTER for error in problem.errors)


def _groups(tree: Node) -> list[list[dict]]:
    """Groups that all hold, each of chips of which one holds."""
    parts = tree.parts if isinstance(tree, And) else (tree,)
    return [[_chip(one) for one in (part.parts if isinstance(part, Or) else (part,))] for part in parts]


def _chip(node: Node) -> dict:
    """A condition, or its opposite, in its parts; of what is nested deeper its text alone."""
    negated = isinstance(node, Not)
    one = node.part if negated else node
    if not isinstance(one, Restriction):
        return {"text": f"({text_of(node)})" if isinstance(node, And) else text_of(node)}
    return {
        "text": text_of(node),
        "field": path_text(one.path),
        "operator": one.operator,
        "negated": negated,
        "value": one.value.text,
        "currency": one.value.currency,
        "special": one.value.special,
    }
