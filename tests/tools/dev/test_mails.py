"""`./dev mail`: what would have been mailed."""

from email.message import EmailMessage

import pytest

from tools.dev import mails
from tools.dev.paths import Failure, Paths


@pytest.fixture
def paths(tmp_path) -> Paths:
    """A system that has mailed twice; the names of the files begin with their time."""
    made = Paths(tmp_path, tmp_path / ".local")
    made.make()
    for name, subject in (("0192", "Set a new password"), ("0191", "Your invitation")):
        message = EmailMessage()
        message["To"], message["Subject"], message["Date"] = (
            "imogen@example.com",
            subject,
            "Thu, 26 Nov 2026 23:00:00 +0000",
        )
        message.set_content(f"{subject}: https://portal.example\n")
        (made.mail / f"{name}.eml").write_bytes(message.as_bytes())
    return made


def test_mails_are_listed_by_time_and_shown_by_number(paths):
    assert [line.split("  ")[-1] for line in mails.listing(paths)] == ["Your invitation", "Set a new password"]
    assert mails.text(paths, 2).endswith("\n\nSet a new password: https://portal.example\n")


def test_a_number_that_there_is_not_says_how_many_there_are(paths):
    with pytest.raises(Failure, match="lists 2"):
        mails.text(paths, 3)
