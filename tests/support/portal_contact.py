"""Portal contact: somebody who calls the portal's RPC methods, and the mail that they get."""

from dataclasses import dataclass

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from chassis.context import Caller
from chassis.db.tables import outbox
from chassis.errors import ServiceProblem
from chassis.rpc.client import Calls
from chassis.testing.plugin import wait_until
from services.clients import rules
from services.clients.models import Contact, Mail, PasswordRequest

PASSWORD = "correct horse"


@dataclass
class Portal:
    """The portal's RPC methods: `call` as nobody, `of(token, …)` as whoever is signed in by the token."""

    calls: Calls
    make_caller: object
    session: Session

    def call(self, rpc: str, *, ip: str = "198.51.100.1", **arguments):
        """Call a public RPC method from an address."""
        return self.calls.call(self._nobody(ip=ip), f"clients.{rpc}", seconds=10, writes=True, **arguments)

    def of(self, token: str, rpc: str, **arguments):
        """Call an RPC method with a session's token."""
        caller = self._nobody(credential={"kind": "portal", "hash": rules.sha256_hex(token)})
        return self.calls.start(caller, f"clients.{rpc}", seconds=10, writes=True, **arguments).answer()["data"]

    def sign_in(self, email: str, password: str = PASSWORD, **given) -> dict:
        """What a sign-in answers."""
        return self.call("sign_in_portal", email=email, password=password, **given)

    def refused(self, act, *arguments, **named) -> ServiceProblem:
        """What something is refused with."""
        with pytest.raises(ServiceProblem) as refusal:
            act(*arguments, **named)
        return refusal.value

    def staff(self, rpc: str, **arguments):
        """Call an RPC method as a super admin."""
        return self.calls.call(self.make_caller(), f"clients.{rpc}", seconds=10, writes=True, **arguments)

    def joins(self, client_id, contact_id=None, password: str = PASSWORD) -> str:
        """Have a contact of the client, the primary one unless named, invited and accept it; its id."""
        contact_id = contact_id or self.session.scalar(
            select(Contact.id).where(Contact.client_id == client_id, Contact.is_primary)
        )
        code = self.staff("invite_contact", client_id=str(client_id), contact_id=str(contact_id))["code"]
        self.call("accept_invitation", code=code, password=password)
        return str(contact_id)

    def adds(self, client_id, email: str, role: str) -> str:
        """Have staff add a contact, confirmed where that is asked for, who then accepts an invitation; its id."""
        added = self.staff(
            "add_contact", client_id=str(client_id), first_name="Grace", last_name="Bellamy", email=email, role=role
        )
        if added["portal_access"] == "waits_for_confirmation":
            self.staff("confirm_contact", client_id=str(client_id), contact_id=added["id"])
        return self.joins(client_id, added["id"])

    def mails(self, kind: str) -> list[Mail]:
        """The mails of a kind, the oldest first, once all who asked for one are answered."""
        wait_until(self._all_answered, "requests for passwords to be answered", seconds=30)
        self.session.rollback()
        return list(self.session.scalars(select(Mail).where(Mail.kind == kind).order_by(Mail.id)))

    def _all_answered(self) -> bool:
        self.session.rollback()
        return self.session.scalar(select(func.count()).select_from(PasswordRequest)) == 0

    def events(self, *types: str) -> list:
        """The events of these types in the outbox, in order."""
        self.session.rollback()
        rows = self.session.execute(select(outbox.c.type, outbox.c.body, outbox.c.personal).order_by(outbox.c.id))
        return [row for row in rows if row.type.removesuffix(".v1") in types]

    def change(self, statement: str, **values) -> None:
        """Change rows without the service."""
        self.session.execute(text(statement), values)
        self.session.commit()

    def _nobody(self, **given) -> Caller:
        return self.make_caller(**{"kind": "anonymous", "id": None, "name": None, "permissions": (), **given})
