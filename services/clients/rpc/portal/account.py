"""RPC methods of a contact's own way into the portal. No impersonation of staff passes them."""

from chassis.permissions import Portal
from chassis.rpc.server import rpc
from services.clients.commands.identity import second_factor
from services.clients.commands.identity.current_login import own_login
from services.clients.commands.identity.login_streams import contacts_behind, first_stream
from services.clients.commands.portal import email, passwords, sessions
from services.clients.queries import portal_account
from services.clients.rpc.secrets import secret_write
from services.clients.schemas import my_account as schemas
from services.clients.schemas.portal import AskEmail


class PortalAccountRpc:
    """Password, email, second factor and sessions of whoever is in the portal."""

    @rpc(Portal.ACCOUNT)
    def portal_account(self):
        """One's email, second factor and sessions."""
        return portal_account.own_account(
            self.session, own_login(self.session, self.caller), self.portal_session()["hash"]
        )

    @rpc(Portal.ACCOUNT, request=schemas.ChangePassword)
    def change_portal_password(self, **given):
        """Set one's own password; all one's sessions end."""
        write = self._own_write("change_portal_password", "current_password", "new_password")
        return passwords.change_portal_password(self.session, write, self.caller, **given)

    @rpc(Portal.ACCOUNT, request=AskEmail)
    def ask_portal_email(self, **given):
        """Mail a link to the address that is to be one's own."""
        write = self._own_write("ask_portal_email", "current_password")
        return email.ask_portal_email(self.session, write, self.caller, **given)

    @rpc(Portal.ACCOUNT, request=schemas.CurrentPassword)
    def begin_portal_factor(self, **given):
        """A secret for an authenticator app, in force from its first code on."""
        return self._of_factor(second_factor.begin_second_factor, "begin_portal_factor", given)

    @rpc(Portal.ACCOUNT)
    def pending_portal_factor(self):
        """The secret that waits for its first code."""
        return second_factor.pending_second_factor(self.session, self.caller)

    @rpc(Portal.ACCOUNT, request=schemas.Code)
    def confirm_portal_factor(self, **given):
        """Put the waiting secret in force; backup codes, shown this once."""
        return self._of_factor(second_factor.confirm_second_factor, "confirm_portal_factor", given)

    @rpc(Portal.ACCOUNT, request=schemas.CurrentPassword)
    def renew_portal_codes(self, **given):
        """New backup codes, shown this once."""
        return self._of_factor(second_factor.renew_backup_codes, "renew_portal_codes", given)

    @rpc(Portal.ACCOUNT, request=schemas.CurrentPassword)
    def turn_off_portal_factor(self, **given):
        """Do without a second factor."""
        return self._of_factor(second_factor.turn_off_second_factor, "turn_off_portal_factor", given)

    @rpc(Portal.ACCOUNT, request=schemas.OneSession)
    def end_portal_session(self, session_id):
        """End one of one's own sessions."""
        return sessions.end_own_session(self._own_write("end_portal_session"), self.caller, session_id=session_id)

    @rpc(Portal.ACCOUNT)
    def end_other_portal_sessions(self):
        """End all of one's sessions but this one."""
        return sessions.end_other_sessions(
            self._own_write("end_other_portal_sessions"), self.caller, credential=self.portal_session()
        )

    def _of_factor(self, command, operation: str, given: dict):
        return command(self.session, self._own_write(operation, *given), self.caller, **given)

    def _own_write(self, operation: str, *secret: str):
        """`write` for what concerns the login, on the first stream of its clients."""
        login = own_login(self.session, self.caller)
        return secret_write(self, operation, *secret, stream=first_stream(contacts_behind(self.session, login.id)))
