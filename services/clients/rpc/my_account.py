"""My account: RPC methods of a staff member's own account. What changes how one signs in needs a session: a token is for
programs, and may do less."""

from uuid import UUID

from chassis.errors import ServiceProblem
from chassis.permissions import Access
from chassis.rpc.server import rpc
from services.clients.commands.identity import second_factor, sessions, staff, staff_passwords, tokens
from services.clients.queries import staff as queries
from services.clients.rpc.secrets import open_uow_without_secrets
from services.clients.schemas import my_account as schemas
from services.clients.schemas import sign_in as answers
from services.clients.schemas.staff import CreatedToken, MyAccount, StaffRecord, TokenRevoked


class MyAccountRpc:
    """What staff members see and change of themselves."""

    @rpc(Access.SIGNED_IN, response=MyAccount)
    def my_account(self):
        """One's record, second factor, sessions and tokens."""
        token_hash = (self._credential() or {}).get("hash")
        return queries.my_account(self.session, UUID(self.caller.id), token_hash, self.second_factor_roles)

    @rpc(Access.SIGNED_IN, request=schemas.CurrentPassword, response=answers.Reauthenticated)
    def reauthenticate(self, **given):
        """Prove once more who one is."""
        return sessions.reauthenticate(self.open_uow, credential=self._require_session(), **given)

    @rpc(Access.SIGNED_IN, request=schemas.Name, response=StaffRecord)
    def rename_me(self, name):
        """Change one's own name."""
        self._require_session()
        return staff.update_staff(self.open_uow, staff_id=UUID(self.caller.id), name=name)

    @rpc(Access.SIGNED_IN, request=schemas.ChangePassword, response=answers.PasswordChanged)
    def change_my_password(self, **given):
        """Set one's own password; all one's sessions end."""
        self._require_session()
        return staff_passwords.change_my_password(open_uow_without_secrets(self, *given), **given)

    @rpc(Access.SIGNED_IN, request=schemas.CurrentPassword, response=answers.FactorKey)
    def begin_second_factor(self, **given):
        """A secret for an authenticator app, in force from its first code on."""
        self._require_session()
        return second_factor.begin_second_factor(open_uow_without_secrets(self, *given), **given)

    @rpc(Access.SIGNED_IN, response=answers.FactorKey)
    def pending_second_factor(self):
        """The secret that waits for its first code."""
        self._require_session()
        return second_factor.pending_second_factor(self.session, self.caller)

    @rpc(Access.SIGNED_IN, request=schemas.Code, response=answers.BackupCodes)
    def confirm_second_factor(self, **given):
        """Put the waiting secret in force; backup codes, shown this once."""
        return second_factor.confirm_second_factor(
            open_uow_without_secrets(self, *given), credential=self._require_session(), **given
        )

    @rpc(Access.SIGNED_IN, request=schemas.CurrentPassword, response=answers.BackupCodes)
    def renew_backup_codes(self, **given):
        """New backup codes, shown this once."""
        self._require_session()
        return second_factor.renew_backup_codes(open_uow_without_secrets(self, *given), **given)

    @rpc(Access.SIGNED_IN, request=schemas.CurrentPassword, response=answers.SecondFactorOff)
    def turn_off_second_factor(self, **given):
        """Do without a second factor, where that is allowed."""
        return second_factor.turn_off_second_factor(
            open_uow_without_secrets(self, *given),
            credential=self._require_session(),
            second_factor_roles=self.second_factor_roles,
            **given,
        )

    @rpc(Access.SIGNED_IN, request=schemas.OneSession, response=answers.SessionsEnded, step_up=True)
    def end_my_session(self, session_id):
        """End one of one's own sessions."""
        self._require_session()
        return sessions.end_session(self.open_uow, staff_id=UUID(self.caller.id), session_id=session_id)

    @rpc(Access.SIGNED_IN, response=answers.SessionsEnded, step_up=True)
    def end_my_other_sessions(self):
        """End all of one's sessions but this one."""
        return sessions.end_other_sessions(
            self.open_uow, staff_id=UUID(self.caller.id), credential=self._require_session()
        )

    @rpc(Access.SIGNED_IN, request=schemas.CreateToken, response=CreatedToken, step_up=True)
    def create_my_token(self, **given):
        """An API token, shown this once."""
        self._require_session()
        return tokens.create_token(self.open_uow, staff_id=UUID(self.caller.id), **given)

    @rpc(Access.SIGNED_IN, request=schemas.OneToken, response=TokenRevoked, step_up=True)
    def revoke_my_token(self, token_id):
        """End one of one's tokens."""
        self._require_session()
        return tokens.revoke_token(self.open_uow, staff_id=UUID(self.caller.id), token_id=token_id)

    def _credential(self) -> dict | None:
        return getattr(self, "credential", None)

    def _require_session(self) -> dict:
        """The session that asks."""
        credential = self._credential()
        if credential is None or credential["kind"] != "session":
            raise ServiceProblem("invalid-state", "An API token cannot do this. Sign in to the admin.")
        return credential
