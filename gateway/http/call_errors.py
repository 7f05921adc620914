"""Errors of RPC calls, as handlers read them: whether a service is only away, and what a page does without its answer."""

from chassis.errors import ServiceProblem

AWAY = ("unavailable", "outcome-unknown")


def is_away(problem: ServiceProblem) -> bool:
    """Whether an error means only that its service cannot answer now."""
    return problem.code in AWAY


def part(answer):
    """The data of a gathered answer, or None where its service failed. A refusal is raised."""
    if isinstance(answer, ServiceProblem):
        if answer.code in (*AWAY, "internal"):
            return None
        raise answer
    return answer


def needed(answer, service: str):
    """The data of a gathered answer that a page cannot be without: a failure is raised and names the `service`."""
    if isinstance(answer, ServiceProblem):
        raise ServiceProblem("unavailable", answer.detail, what=service) if is_away(answer) else answer
    return answer
