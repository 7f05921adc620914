"""The writes that a service took from whoever asked: none may be among them of somebody whom the route refuses."""

from chassis.errors import ServiceProblem
from chassis.rpc.client import PendingCall

OF_THE_GATEWAY = "clients.note_refusal"


def watch_writes(monkeypatch) -> list[str]:
    """A list that fills with the target of each write whose service did not answer 401 or 403, also where it found
    another fault."""
    targets, answer = [], PendingCall.answer

    def watched(call):
        taken = call._writes and call._target != OF_THE_GATEWAY
        try:
            return answer(call)
        except ServiceProblem as problem:
            taken = taken and problem.status not in (401, 403)
            raise
        finally:
            if taken:
                targets.append(call._target)

    monkeypatch.setattr(PendingCall, "answer", watched)
    return targets
