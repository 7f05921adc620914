"""Mail delivery: by SMTP, or without a server into a folder of files."""

import os
import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTPUTF8
from pathlib import Path
from urllib.parse import unquote, urlsplit

from chassis.settings import Settings
from chassis.transport import is_loopback

SECONDS = 10.0
Deliver = Callable[[EmailMessage], None]


class Refused(Exception):
    """This mail cannot be delivered, however often it is tried."""


def delivery_of(settings: Settings) -> Deliver | None:
    """What delivers a message, None where mail has nowhere to go. It raises Refused, or OSError for what may pass."""
    if settings.smtp_url:
        return lambda message: _send(settings.smtp_url, message)
    if settings.mail_dir:
        return lambda message: _keep(settings.mail_dir, message)
    return None


def _send(url: str, message: EmailMessage) -> None:
    try:
        with _connected(url) as server:
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as refused:
        code, reply = next(iter(refused.recipients.values()))
        if code >= 500:
            raise Refused(f"{code} {reply.decode('utf-8', 'replace')}") from refused
        raise
    except smtplib.SMTPDataError as error:
        if error.smtp_code >= 500:
            raise Refused(str(error)) from error
        raise
    except (smtplib.SMTPNotSupportedError, UnicodeError) as error:
        raise Refused("the server cannot take this address") from error


def _connected(url: str) -> smtplib.SMTP:
    """A session with the server: smtps:// speaks TLS from the start, smtp:// as soon as the server offers it.

    A password is sent over TLS alone, and to another machine nothing but over TLS: mails carry links that sign in.
    """
    parts, secure = urlsplit(url), url.startswith("smtps:")
    if secure:
        server = smtplib.SMTP_SSL(
            parts.hostname, parts.port or 465, timeout=SECONDS, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(parts.hostname, parts.port or 25, timeout=SECONDS)
    server.ehlo()
    if not secure and server.has_extn("starttls"):
        server.starttls(context=ssl.create_default_context())
        server.ehlo()
        secure = True
    if not secure and (parts.username or not is_loopback(parts.hostname)):
        server.close()
        raise smtplib.SMTPException("the server offers no TLS, so nothing is sent to it")
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server


def _keep(folder: Path, message: EmailMessage) -> None:
    """One file a mail, under the id in its Message-ID; whole or not at all, for its owner alone to read."""
    name = message["Message-ID"].strip("<>").partition("@")[0]
    part = folder / f".{name}"
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(message.as_bytes(policy=SMTPUTF8.clone(linesep="\n")))
    part.replace(folder / f"{name}.eml")
