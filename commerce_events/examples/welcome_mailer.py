"""Welcome mailer: each new client gets one mail.

A mail cannot be taken back when a transaction fails, so the handler only writes down that one is due, in the transaction
of the inbox. A thread sends what is due, with the event's id as the mail's, by which a second copy is known.

AMQP_URI is where the broker is, SMTP_HOST who sends; without, mails are files in MAIL_DIR.
"""

import os
import smtplib
import sqlite3
import threading
from email.message import EmailMessage
from pathlib import Path

from commerce_events import SqliteInbox, Subscriber, subscribe
from commerce_events.catalogue import ClientCreated

DATABASE = os.environ.get("DATABASE", "welcome.db")
DUE = "CREATE TABLE IF NOT EXISTS due (event_id text PRIMARY KEY, email text NOT NULL, name text NOT NULL)"

inbox = SqliteInbox(DATABASE)
inbox.connection.execute(DUE)
welcome = Subscriber(os.environ.get("SUBSCRIBER", "welcome"), inbox=inbox, queue="mails")


@welcome.on(ClientCreated)
def greet(event: ClientCreated, transaction: sqlite3.Connection) -> None:
    """Write down that a mail is due; a client whose personal values are erased gets none."""
    email = event.personal.get("email")
    if email:
        row = (event.id, email, event.personal.get("first_name", ""))
        transaction.execute("INSERT INTO due VALUES (?, ?, ?)", row)


def send(mail: EmailMessage) -> None:
    """Send a mail; the same one again is the same file, or has the same Message-ID."""
    if host := os.environ.get("SMTP_HOST"):
        with smtplib.SMTP(host) as server:
            server.send_message(mail)
        return
    name = mail["Message-ID"].strip("<>").partition("@")[0]
    (Path(os.environ.get("MAIL_DIR", ".")) / f"{name}.eml").write_bytes(bytes(mail))


def send_due(database: sqlite3.Connection) -> None:
    """Send what is due, and strike it off."""
    for event_id, email, name in database.execute("SELECT * FROM due").fetchall():
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "hello@example.com", email, "Welcome"
        mail["Message-ID"] = f"<{event_id}@welcome.example.com>"
        mail.set_content(f"Hello {name},\n\nyour account is ready.\n")
        send(mail)
        database.execute("DELETE FROM due WHERE event_id = ?", (event_id,))


def keep_sending(stop: threading.Event) -> None:
    """Send every second until it is to stop; a mail that could not be sent stays due."""
    database = sqlite3.connect(DATABASE, isolation_level=None, timeout=30)
    while not stop.wait(1):
        try:
            send_due(database)
        except (OSError, smtplib.SMTPException) as error:
            print("not sent, another try follows:", error)


if __name__ == "__main__":
    stopped = threading.Event()
    sender = threading.Thread(target=keep_sending, args=(stopped,))
    sender.start()
    subscribe(welcome, os.environ["AMQP_URI"])
    stopped.set()
    sender.join()
