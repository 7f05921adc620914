"""RPC methods of one's own account. What changes how one gets in needs a session: a token is for programs, and may do
less."""

from uuid import UUID

from chassis.errors import ServiceProblem
from chassis.permissions import Access
from chassis.rpc.server import rpc
from services.clients.commands.identity import second_factor, sessions, staff, staff_passwords, tokens
from services.clients.queries import staff as queries
from services.clients.rpc.secrets import secret_write
from services.clients.schemas import my_account as schemas


class OwnRpc:
    """What staff members see and change of themselves."""

    @rpc(Access.SIGNED_IN)
    def my_account(self):
        """One's record, second factor, sessions and tokens."""
        return queries.own_account(self.session, UUID(self.caller.id), (self._credential() or {}).get("hash"))

    @rpc(Access.SIGNED_IN, request=schemas.Name)
    def rename_me(self, name):
        """Change one's own name."""
        self._require_session()
        return staff.update_staff(self.write, staff_id=UUID(self.caller.id), name=name)

    @rpc(Access.SIGNED_IN, request=schemas.ChangePassword)
    def change_my_password(self, **given):
        """Set one's own password; all one's sessions end."""
        self._require_session()
        write = secret_write(self, "change_my_password", "current_password", "new_password")
        return staff_passwords.change_own_password(self.session, write, self.caller, **given)

    @rpc(Access.SIGNED_IN, request=schemas.CurrentPassword)
    def begin_second_factor(self, **given):
        """A secret for an authenticator app, in force from its first code on."""
        return self._with_password(second_factor.begin_second_factor, "begin_second_factor", given)

    @rpc(Access.SIGNED_IN)
    def pending_second_factor(self):
        """The secret that waits for its first code."""
        self._require_session()
        return second_factor.pending_second_factor(self.session, self.caller)

    @rpc(Access.SIGNED_IN, request=schemas.Code)
    def confirm_second_factor(self, **given):
        """Put the waiting secret in force; backup codes, shown this once."""
        self._require_session()
        write = secret_write(self, "confirm_second_factor", "code")
        return second_factor.confirm_second_factor(self.session, write, self.caller, **given)

    @rpc(Access.SIGNED_IN, request=schemas.CurrentPassword)
    def renew_backup_codes(self, **given):
        """New backup codes, shown this once."""
        return self._with_password(second_factor.renew_backup_codes, "renew_backup_codes", given)

    @rpc(Access.SIGNED_IN, request=schemas.CurrentPassword)
    def turn_off_second_factor(self, **given):
        """Do without a second factor, where that is allowed."""
        return self._with_password(second_factor.turn_off_second_factor, "turn_off_second_factor", given)

    @rpc(Access.SIGNED_IN, request=schemas.OneSession)
    def end_my_session(self, session_id):
        """End one of one's own sessions."""
        self._require_session()
        return sessions.end_session(self.write, staff_id=UUID(self.caller.id), session_id=session_id)

    @rpc(Access.SIGNED_IN)
    def end_my_other_sessions(self):
        """End all of one's sessions but this one."""
        return sessions.end_other_sessions(
            self.write, staff_id=UUID(self.caller.id), credential=self._require_session()
        )

    @rpc(Access.SIGNED_IN, request=schemas.CreateToken)
    def create_my_token(self, **given):
        """An API token, shown this once."""
        self._require_session()
        return tokens.create_token(self.write, staff_id=UUID(self.caller.id), **given)

    @rpc(Access.SIGNED_IN, request=schemas.OneToken)
    def revoke_my_token(self, token_id):
        """End one of one's tokens."""
        self._require_session()
        return tokens.revoke_token(self.write, staff_id=UUID(self.caller.id), token_id=token_id)

    def _credential(self) -> dict | None:
        return getattr(self, "credential", None)

    def _require_session(self) -> dict:
        """The session that asks."""
        credential = self._credential()
        if credential is None or credential["kind"] != "session":
            raise ServiceProblem("invalid-state", "An API token cannot do this. Sign in to the admin.")
        return credential

    def _with_password(self, command, operation: str, given: dict):
        self._require_session()
        return command(self.session, secret_write(self, operation, "current_password"), self.caller, **given)
