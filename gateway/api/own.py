"""/api/v1/me/…: one's own sessions and tokens. What changes them needs the admin's session: a token cannot."""

from werkzeug.wrappers import Response

from chassis.permissions import Access
from gateway.answers import as_json
from gateway.body import json_fields
from gateway.routing import api
from gateway.turn import Turn


def _listed(name: str):
    """A short list of one's own account."""
    def listed(turn: Turn) -> Response:
        return as_json({"data": turn.call_own("clients.my_account")[name]})

    listed.__doc__ = f"One's own {name} that are alive."
    api(f"/me/{name}", access=Access.SIGNED_IN, gives=name.capitalize())(listed)


_listed("sessions")
_listed("tokens")


@api("/me/tokens", access=Access.SIGNED_IN, method="POST", door="clients.create_my_token", gives="NewToken", status=201)
def create_token(turn: Turn) -> Response:
    """Make a token; answers 201 with `token`, shown this once. A repeat of the same request is told all but that."""
    return as_json(turn.call_own("clients.create_my_token", **json_fields(turn.request)), 201)


@api("/me/tokens/<token_id>", access=Access.SIGNED_IN, method="DELETE", gives="Revoked")
def revoke_token(turn: Turn, token_id: str) -> Response:
    """End a token at once."""
    return as_json(turn.call_own("clients.revoke_my_token", token_id=token_id))


@api("/me/sessions/<session_id>", access=Access.SIGNED_IN, method="DELETE", gives="Ended")
def end_session(turn: Turn, session_id: str) -> Response:
    """End one of one's sessions."""
    return as_json(turn.call_own("clients.end_my_session", session_id=session_id))
