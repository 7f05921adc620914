"""Portal account: RPC methods of a contact's own login. They are closed to staff who are logged in as the client."""

from chassis.events.unit_of_work import RequestUnitOfWork
from chassis.permissions import Portal
from chassis.rpc.server import rpc
from services.clients.commands.identity import second_factor
from services.clients.commands.identity.current_login import current_login
from services.clients.commands.identity.login_streams import contacts_behind, first_stream
from services.clients.commands.portal import email, passwords, sessions
from services.clients.queries import portal_account
from services.clients.rpc.secrets import open_uow_without_secrets
from services.clients.schemas import my_account as schemas
from services.clients.schemas import sign_in as answers
from services.clients.schemas.portal import AskEmail, PortalAccount


class PortalAccountRpc:
    """Password, email, second factor and sessions of whoever is in the portal."""

    @rpc(Portal.ACCOUNT, response=PortalAccount)
    def portal_account(self):
        """One's email, second factor and sessions."""
        login = current_login(self.session, self.caller)
        return portal_account.my_account(self.session, login, self.portal_session()["hash"])

    @rpc(Portal.ACCOUNT, request=schemas.ChangePassword, response=answers.PasswordChanged)
    def change_portal_password(self, **given):
        """Set one's own password; all one's sessions end."""
        return passwords.change_portal_password(self._open_login_uow(*given), **given)

    @rpc(Portal.ACCOUNT, request=AskEmail, response=answers.Asked)
    def ask_portal_email(self, **given):
        """Mail a link to the address that is to be one's own."""
        return email.ask_portal_email(self._open_login_uow("current_password"), **given)

    @rpc(Portal.ACCOUNT, request=schemas.CurrentPassword, response=answers.FactorKey)
    def begin_portal_factor(self, **given):
        """A secret for an authenticator app, in force from its first code on."""
        return second_factor.begin_second_factor(self._open_login_uow(*given), **given)

    @rpc(Portal.ACCOUNT, response=answers.FactorKey)
    def pending_portal_factor(self):
        """The secret that waits for its first code."""
        return second_factor.pending_second_factor(self.session, self.caller)

    @rpc(Portal.ACCOUNT, request=schemas.Code, response=answers.BackupCodes)
    def confirm_portal_factor(self, **given):
        """Put the waiting secret in force; backup codes, shown this once."""
        return second_factor.confirm_second_factor(
            self._open_login_uow(*given), credential=self.portal_session(), **given
        )

    @rpc(Portal.ACCOUNT, request=schemas.CurrentPassword, response=answers.BackupCodes)
    def renew_portal_codes(self, **given):
        """New backup codes, shown this once."""
        return second_factor.renew_backup_codes(self._open_login_uow(*given), **given)

    @rpc(Portal.ACCOUNT, request=schemas.CurrentPassword, response=answers.SecondFactorOff)
    def turn_off_portal_factor(self, **given):
        """Do without a second factor."""
        return second_factor.turn_off_second_factor(
            self._open_login_uow(*given), credential=self.portal_session(), **given
        )

    @rpc(Portal.ACCOUNT, request=schemas.CurrentPassword, response=answers.Reauthenticated)
    def reauthenticate_portal(self, **given):
        """Prove once more who one is."""
        return sessions.reauthenticate_portal(self.open_uow, credential=self.portal_session(), **given)

    @rpc(Portal.ACCOUNT, request=schemas.OneSession, response=answers.SessionsEnded, step_up=True)
    def end_portal_session(self, session_id):
        """End one of one's own sessions."""
        return sessions.end_my_session(self._open_login_uow(), session_id=session_id)

    @rpc(Portal.ACCOUNT, response=answers.SessionsEnded, step_up=True)
    def end_other_portal_sessions(self):
        """End all of one's sessions but this one."""
        return sessions.end_other_sessions(self._open_login_uow(), credential=self.portal_session())

    def _open_login_uow(self, *secrets: str) -> RequestUnitOfWork:
        """The opener for what concerns the login, on the first stream of its clients."""
        login = current_login(self.session, self.caller)
        stream = first_stream(contacts_behind(self.session, login.id))
        return open_uow_without_secrets(self, *secrets, stream=stream)
