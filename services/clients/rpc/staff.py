"""Staff account: RPC methods for those who manage them."""

from chassis.permissions import Permission
from chassis.rpc.server import rpc
from services.clients.commands.identity import sessions, staff, staff_passwords, tokens
from services.clients.commands.identity.second_factor import reset_second_factor
from services.clients.models import SignInSession
from services.clients.queries import staff as queries
from services.clients.queries.credentials import session_rows
from services.clients.rpc.secrets import open_uow_without_secrets
from services.clients.schemas import OneTimeLinkAnswer
from services.clients.schemas import staff as schemas
from services.clients.schemas.sign_in import SessionsEnded


class StaffRpc:
    """Our people: who they are, what they may do, their sessions and tokens."""

    @rpc(Permission.STAFF_VIEW, request=schemas.StaffPage, response=schemas.StaffList)
    def list_staff(self, **page):
        """Staff by name, with `counts` by status."""
        return {**queries.staff_page(self.session, **page), "second_factor_roles": sorted(self.second_factor_roles)}

    @rpc(Permission.STAFF_VIEW, request=schemas.OneStaff, response=schemas.StaffDetails)
    def get_staff(self, staff_id):
        """One account, its live sessions and tokens, and what each role may do."""
        alive = session_rows(self.session, SignInSession.staff_id, staff_id)
        return {
            **queries.staff_record(self.session, staff_id),
            "sessions": alive,
            "tokens": queries.token_rows(self.session, staff_id),
            "presets": queries.presets(),
            "second_factor_roles": sorted(self.second_factor_roles),
        }

    @rpc(Permission.STAFF_VIEW, response=schemas.RolePresets)
    def role_presets(self):
        """What each role may do."""
        return queries.presets()

    @rpc(Permission.STAFF_CREATE, request=schemas.CreateStaff, response=schemas.StaffRecord, step_up=True)
    def create_staff_account(self, **given):
        """Make an account; without a password it waits for a link that sets one."""
        return staff.create_staff(open_uow_without_secrets(self, "password"), **given)

    @rpc(Permission.STAFF_EDIT, request=schemas.UpdateStaff, response=schemas.StaffRecord, step_up=True)
    def update_staff(self, **given):
        """Change name, email, role, need of a second factor, single permissions, another's password."""
        return staff.update_staff(open_uow_without_secrets(self, "password"), **given)

    @rpc(Permission.STAFF_DELETE, request=schemas.OneStaff, response=schemas.StaffRecord, step_up=True)
    def disable_staff(self, staff_id):
        """Disable an account: its sessions, links and tokens end."""
        return staff.disable_staff(self.open_uow, staff_id=staff_id)

    @rpc(Permission.STAFF_DELETE, request=schemas.OneStaff, response=schemas.StaffRecord, step_up=True)
    def enable_staff(self, staff_id):
        """Let a disabled account sign in again."""
        return staff.enable_staff(self.open_uow, staff_id=staff_id)

    @rpc(Permission.STAFF_EDIT, request=schemas.OneStaff, response=OneTimeLinkAnswer, step_up=True)
    def make_password_link(self, staff_id):
        """A link's code that sets this person's password once, shown this once."""
        return staff_passwords.make_password_link(self.open_uow, staff_id=staff_id)

    @rpc(Permission.STAFF_EDIT, request=schemas.OneStaff, response=schemas.StaffRecord, step_up=True)
    def reset_second_factor(self, staff_id):
        """Take the second factor away from somebody who has lost it; their sessions end."""
        return reset_second_factor(self.open_uow, staff_id=staff_id)

    @rpc(Permission.STAFF_EDIT, request=schemas.OneStaff, response=SessionsEnded, step_up=True)
    def end_staff_sessions(self, staff_id):
        """Sign somebody out everywhere."""
        return sessions.end_all_sessions(self.open_uow, staff_id=staff_id)

    @rpc(Permission.STAFF_EDIT, request=schemas.OneStaffToken, response=schemas.TokenRevoked, step_up=True)
    def revoke_staff_token(self, staff_id, token_id):
        """End a token of somebody."""
        return tokens.revoke_token(self.open_uow, staff_id=staff_id, token_id=token_id)
