"""Mail: laid down with its cause, sent once, tried again, given up; to an SMTP server or into a folder."""

import socketserver
import threading
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from chassis.errors import ServiceProblem
from chassis.settings import Settings
from chassis.types.ids import new_id
from services.clients import listeners, smtp
from services.clients.commands.mail.queue import queue_mail
from services.clients.commands.mail.send import mail_step
from services.clients.commands.portal.invitations import invite_contact
from services.clients.mail_templates import compose
from services.clients.models import Contact, Mail
from services.clients.smtp import delivery_of

SENDER = "billing@northgate.example"


class Server(socketserver.ThreadingTCPServer):
    """A mail server that keeps what it is sent, and refuses recipients by `codes`, one code a mail."""

    allow_reuse_address = daemon_threads = True

    def __init__(self):
        self.codes, self.messages = [], []
        super().__init__(("127.0.0.1", 0), Talk)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class Talk(socketserver.StreamRequestHandler):
    def handle(self):
        self._send("220 ready")
        while line := self.rfile.readline():
            word = line.split()[0].upper().decode()
            if word == "RCPT" and self.server.codes:
                self._send(f"{self.server.codes.pop(0)} no")
            elif word == "DATA":
                self._send("354 go on")
                lines = []
                while (part := self.rfile.readline()) != b".\r\n":
                    lines.append(part)
                self.server.messages.append(b"".join(lines))
                self._send("250 kept")
            elif word == "QUIT":
                return self._send("221 bye")
            else:
                self._send("250 fine")

    def _send(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def server():
    with Server() as running:
        yield running
        running.shutdown()


@pytest.fixture
def step(session):
    """`step(url)`: one step of the job that sends mail, by this server."""

    def send(url: str | None = None, folder: Path | None = None) -> bool:
        settings = Settings(smtp_url=url, mail_dir=folder, mail_from=SENDER, portal_origin="https://portal.example")
        return mail_step(session, delivery_of(settings), settings)

    return send


def waiting(session, **given) -> Mail:
    queue_mail(session, "password", "imogen@example.com", {"name": "Imogen", "code": "s3cret"}, **given)
    session.commit()
    return the(session)


def the(session) -> Mail:
    """The one mail, as it is now."""
    session.rollback()
    return session.scalars(select(Mail).execution_options(populate_existing=True)).one()


def test_a_mail_leaves_once_and_its_secret_with_it(session, step, server):
    mail = waiting(session)
    assert step(server.url) is True and step(server.url) is False
    (raw,) = server.messages
    message = message_from_bytes(raw, policy=policy.default)
    assert (message["To"], message["From"]) == ("imogen@example.com", f"Commerce <{SENDER}>")
    assert message["Message-ID"] == f"<{mail.id}@northgate.example>"
    assert "https://portal.example/client/password/s3cret" in message.get_content()
    sent = the(session)
    assert (sent.outcome, sent.data, sent.tries) == ("sent", None, 1)


@pytest.mark.parametrize(
    "email, header",
    [
        ("someone@faß.example", "someone@xn--fa-hia.example"),
        ("Ann@BÜCHER.example", "Ann@xn--bcher-kva.example"),
        ("x@a\u200db.example", None),
        ("x@exam\u00adple.com", None),
        ("x@☃.example", None),
    ],
)
def test_a_mail_goes_to_the_domain_that_was_written_or_nowhere(session, step, server, email, header):
    queue_mail(session, "password", email, {"name": "Imogen", "code": "s3cret"})
    session.commit()
    assert step(server.url) is True
    assert [message_from_bytes(raw, policy=policy.default)["To"] for raw in server.messages] == (
        [header] if header else []
    )
    assert the(session).outcome == ("sent" if header else "given_up")


def test_what_may_pass_is_tried_again_with_growing_pauses_and_one_that_is_refused_for_good_is_not(
    session, step, server
):
    waiting(session)
    server.codes = [451, 450, 550]
    pauses = []
    for _ in range(2):
        assert step(server.url) is True and step(server.url) is False
        pauses.append(session.scalar(select(func.extract("epoch", Mail.next_try_at - func.clock_timestamp()))))
        session.execute(update(Mail).values(next_try_at=func.now()))
        session.commit()
    assert pauses[0] < 5 < pauses[1] < 10 and the(session).data is not None
    assert step(server.url) is True
    refused = the(session)
    assert (refused.outcome, refused.data, refused.tries) == ("given_up", None, 3) and "550" in refused.last_error


def test_a_server_that_is_away_keeps_the_mail_waiting(session, step):
    waiting(session)
    assert step("smtp://127.0.0.1:1") is True
    assert (the(session).outcome, the(session).tries) == (None, 1)


def test_a_mail_that_breaks_the_sender_waits_and_the_next_one_leaves(session):
    for recipient in ("breaks@example.com", "next@example.com"):
        queue_mail(session, "password", recipient, {"name": "Imogen", "code": "s3cret"})
    session.commit()
    left = []

    def deliver(message) -> None:
        if "breaks" in message["To"]:
            raise RuntimeError("nobody thought of this")
        left.append(message["To"])

    settings = Settings(mail_from=SENDER)
    assert [mail_step(session, deliver, settings) for _ in range(3)] == [True, True, False]
    assert left == ["next@example.com"]
    session.rollback()
    waits = session.scalars(select(Mail).where(Mail.ended_at.is_(None)).execution_options(populate_existing=True)).one()
    assert (waits.recipient, waits.tries) == ("breaks@example.com", 1)


def test_no_mail_goes_to_another_machine_without_tls(session, step, server, monkeypatch):
    monkeypatch.setattr(smtp, "is_loopback", lambda host: False)
    waiting(session)
    step(server.url)
    assert server.messages == [] and "no TLS" in the(session).last_error


def test_no_password_goes_to_a_server_without_tls(session, step, server):
    waiting(session)
    step(server.url.replace("smtp://", "smtp://user:secret@"))
    assert server.messages == [] and "no TLS" in the(session).last_error


def test_a_mail_whose_link_is_over_is_given_up_and_not_sent(session, step, server):
    waiting(session, expires_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert step(server.url) is False and server.messages == []
    assert (the(session).outcome, the(session).data) == ("given_up", None)


def test_without_a_server_mail_becomes_files_and_without_either_it_waits(session, step, tmp_path):
    mail = waiting(session)
    assert step() is False and the(session).outcome is None
    assert step(folder=tmp_path) is True
    (file,) = tmp_path.glob("*.eml")
    assert file.name == f"{mail.id}.eml" and file.stat().st_mode & 0o777 == 0o600
    assert "client/password/s3cret" in message_from_bytes(file.read_bytes(), policy=policy.default).get_content()


@pytest.mark.parametrize(
    "given",
    [
        {"recipient": "a@example.com\r\nBcc: b@example.com"},
        {"data": {"number": "1\nBcc: b@example.com"}},
    ],
)
def test_no_value_becomes_a_header_of_its_own(given):
    fields = {
        "mail_id": new_id(),
        "at": datetime.now(UTC),
        "sender": SENDER,
        "origin": "https://portal.example",
        "recipient": "a@example.com",
    }
    invoice = {
        "name": "Imogen",
        "client": "Brightwater",
        "number": "INV-1",
        "due_date": "2026-12-01",
        "total": "1.00",
        "currency": "EUR",
        "invoice_id": "x",
    }
    data = {**invoice, **given.pop("data", {})}
    with pytest.raises(ValueError):
        compose("invoice", data, **{**fields, **given})
    assert compose("invoice", invoice, **fields)["Subject"] == "Invoice INV-1"


def test_an_invitation_that_is_refused_leaves_no_mail(session, open_uow, make_client):
    client_id = make_client()
    contact_id = session.scalar(select(Contact.id))
    session.execute(update(Contact).values(status="inactive"))
    session.commit()
    with pytest.raises(ServiceProblem):
        invite_contact(open_uow, client_id=client_id, contact_id=contact_id)
    assert session.scalar(select(func.count()).select_from(Mail)) == 0


@pytest.mark.parametrize(
    ("language", "said"),
    [("", "€1,284.40, due on 1 December 2026."), ("de", "1.284,40\u00a0€, due on 1. Dezember 2026.")],
)
def test_a_mail_writes_amount_and_day_as_the_clients_language_does(session, make_client, language, said):
    client_id = make_client(email="owner@example.com", language=language)
    facts = {
        "number": "INV-00042",
        "due_date": "2026-12-01",
        "total": {"amount": "1284.40", "currency": "EUR"},
        "entity": {"type": "invoice", "id": str(new_id())},
    }
    listeners.mail_invoices(session, [{"subject": str(client_id), "facts": facts}])
    session.commit()
    mail = session.scalars(select(Mail)).one()
    message = compose(
        mail.kind,
        mail.data,
        mail_id=mail.id,
        at=datetime.now(UTC),
        sender=SENDER,
        recipient=mail.recipient,
        origin="https://portal.example",
    )
    assert said in message.get_content()


def test_an_invoice_is_mailed_once_an_address_to_those_who_may_see_it(session, make_client):
    client_id = make_client(company="Brightwater", email="owner@example.com")
    for email, role, status in (
        ("bill@example.com", "billing", "active"),
        ("tech@example.com", "technical", "active"),
        ("gone@example.com", "billing", "inactive"),
        ("admin@example.com", "admin", "active"),
    ):
        session.add(
            Contact(
                client_id=client_id,
                first_name="Bo",
                last_name="Ek",
                email=email,
                email_key=email,
                role=role,
                status=status,
            )
        )
    session.commit()
    invoice_id = str(new_id())
    facts = {
        "number": "INV-00042",
        "due_date": "2026-12-01",
        "total": {"amount": "12.50", "currency": "EUR"},
        "entity": {"type": "invoice", "id": invoice_id},
    }
    listeners.mail_invoices(session, [{"subject": str(client_id), "facts": facts}])
    session.commit()
    mails = session.scalars(select(Mail).order_by(Mail.recipient)).all()
    assert [mail.recipient for mail in mails] == ["admin@example.com", "bill@example.com", "owner@example.com"]
    message = compose(
        mails[0].kind,
        mails[0].data,
        mail_id=mails[0].id,
        at=mails[0].created_at,
        sender=SENDER,
        recipient=mails[0].recipient,
        origin="https://portal.example",
    )
    assert message["Subject"] == "Invoice INV-00042"
    assert (
        f"€12.50, due on 1 December 2026.\n\nhttps://portal.example/client/invoices/{invoice_id}"
        in message.get_content()
    )
