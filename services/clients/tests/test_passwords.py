"""Passwords that cannot be used: those found in breaches, and those made of what others know."""

import pytest

from services.clients import passwords

KNOWN = ("Ada Lovelace", "ada.lovelace@brightwater.example", "Brightwater Hosting GmbH")


@pytest.mark.parametrize("password", ["iloveyou", "Qwertyuiop", "michelle1", "dragonball", "1q2w3e4r5t"])
def test_a_password_that_was_found_in_a_breach_is_refused_in_any_case(password):
    assert "Too many people" in passwords.fault(password)


def test_the_list_of_breached_passwords_is_longer_than_the_commonest_three_thousand():
    assert len(passwords.COMMON) > 15_000 and min(map(len, passwords.COMMON)) >= 8


@pytest.mark.parametrize(
    "password",
    ["Commerce2026!", "lovelace1815", "BRIGHTWATER!!", "Brightwäter1", "adalovelace1", "ada.lovelace", "hosting-gmbh"],
)
def test_a_password_that_is_little_more_than_what_others_know_is_refused(password):
    assert "others know" in passwords.fault(password, KNOWN)


@pytest.mark.parametrize(
    "password", ["correct horse battery", "lovelace counts rivers", "a  b  c  d", "commerce is not everything"]
)
def test_any_other_password_is_taken_whatever_it_is_made_of(password):
    assert passwords.fault(password, KNOWN) is None
