"""Every page: renders whole and as fragment, is given what it needs, and lets no typed text become markup."""

import gzip
import re
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from gateway.server.response_headers import GZIP_LEVEL
from gateway.ui import render
from tests.support.pages.drawing import FILE, LIST, PAGES, draw, frame_of, part
from tests.support.pages.samples import CREDIT, FIELD, GROUP, SCRIPT, THREAD, answer, client, frame, note, row

TEMPLATES = Path(render.__file__).parent.parent / "templates"
ALL = sorted(PAGES)
# Before sign-in there is no shell to take a part of.
BARE = (
    "login.html",
    "returning.html",
    "login_code.html",
    "password.html",
    "portal/login.html",
    "portal/choose.html",
    "portal/password.html",
    "portal/invitation.html",
    "portal/email.html",
)
# What opens over a page leaves its title alone.
DIALOGS = {
    path.relative_to(TEMPLATES).as_posix()
    for path in TEMPLATES.rglob("*.html")
    if '{% extends "_dialog.html" %}' in path.read_text()
}

# What a page has in its title that its sample is without: the name of what is changed.
NAMED = {"settings/group.html": {"group": GROUP}, "settings/custom_field.html": {"field": FIELD}}


@pytest.mark.parametrize("name", ALL)
def test_a_page_is_one_document_with_one_heading_and_one_main(name):
    html = draw(name)
    assert html.startswith("<!DOCTYPE html>") and html.count("<h1>") == 1 and html.count("<main") == 1


@pytest.mark.parametrize("name", ALL)
def test_a_fragment_carries_the_title_and_only_a_page_before_sign_in_is_a_document_all_the_same(name):
    html = part(name)
    assert bool(re.search(r"<title>[^<]+ · Commerce</title>", html)) == (name not in DIALOGS)
    assert ("<html" in html) == (name in BARE)


@pytest.mark.parametrize("name", ALL)
def test_a_title_is_text_without_markup(name):
    titles = re.findall(r"<title>(.*?)</title>", draw(name, **NAMED.get(name, {})) + part(name, **NAMED.get(name, {})))
    assert titles and not [title for title in titles if "<" in title or "&lt;" in title]


@pytest.mark.parametrize("name", ALL)
def test_nothing_inline_stands_in_a_page(name):
    for html in (draw(name), part(name)):
        assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:|<script(?![^>]*\ssrc=)", html)


@pytest.mark.parametrize("name", ALL)
def test_each_form_that_changes_something_carries_the_token(name):
    for form in re.findall(r"<form\b.*?</form>", draw(name), re.S):
        assert 'method="post"' not in form or 'name="csrf_token" value="token-of-this-session"' in form


@pytest.mark.parametrize("name", ALL)
def test_a_page_weighs_less_than_25_kb(name):
    assert len(gzip.compress(draw(name).encode(), GZIP_LEVEL)) < 25 * 1024


@pytest.mark.parametrize("name", sorted(name for name in ALL if PAGES[name]))
def test_a_variable_that_is_missing_raises(name):
    needed = {"clients/overview.html": "billing", "clients/list.html": "clients"}.get(name) or next(iter(PAGES[name]))
    with pytest.raises(UndefinedError):
        render.page(name, frame_of(name), **{key: value for key, value in PAGES[name].items() if key != needed})


def test_every_template_is_among_the_pages_tested():
    pages = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html")}
    assert {name for name in pages if Path(name).name[0] != "_" and not name.startswith("layouts/")} == set(ALL)


def hostile() -> list[tuple[str, dict]]:
    group, person = (
        {"id": "g", "name": SCRIPT, "colour": SCRIPT},
        client(
            name=SCRIPT,
            contact_name=SCRIPT,
            sticky_notes=[note(body=SCRIPT)],
            tags=[{"id": "t", "name": SCRIPT, "colour": SCRIPT}],
            profile={**client()["profile"], "address1": SCRIPT, "company": SCRIPT, "phone": SCRIPT},
        ),
    )
    reply = {**PAGES["clients/ticket.html"]["ticket"]["replies"][0], "body": SCRIPT}
    return [
        (
            "clients/list.html",
            {"clients": answer(row(name=SCRIPT, email=SCRIPT, contact_name=SCRIPT, group=group)), "groups": [group]},
        ),
        ("clients/list.html", {"clients": answer(), "filters": {**LIST["filters"], "q": SCRIPT}}),
        ("clients/overview.html", {"client": person}),
        ("clients/notes.html", {"client": person, "items": answer(note(body=SCRIPT))}),
        ("clients/credits.html", {"items": answer({**CREDIT, "description": SCRIPT})}),
        ("clients/ticket.html", {"client": person, "ticket": {**THREAD, "subject": SCRIPT, "replies": [reply]}}),
        (
            "clients/new.html",
            {"values": {"company": SCRIPT}, "errors": [{"pointer": "/company", "code": "x", "message": SCRIPT}]},
        ),
        ("errors/resend.html", {"sent": [("description", SCRIPT)]}),
        (
            "import/preview.html",
            {
                "files": [
                    {**FILE, "name": SCRIPT, "columns": [{**FILE["columns"][0], "name": SCRIPT, "samples": [SCRIPT]}]}
                ]
            },
        ),
    ]


@pytest.mark.parametrize(("name", "changes"), hostile())
def test_typed_text_stays_text(name, changes):
    for html in (draw(name, **changes), part(name, **changes)):
        assert SCRIPT not in html and "&lt;script&gt;alert(1)" in html


def test_typed_text_is_isolated_from_the_direction_around_it():
    assert "<bdi>שלום</bdi>" in draw("clients/list.html", clients=answer(row(name="שלום")))


def test_the_theme_follows_the_cookie():
    given = PAGES["login.html"]
    assert '<html lang="en" data-bs-theme="dark">' in render.page(
        "login.html", frame(viewer=None, theme="dark"), **given
    )
    assert '<html lang="en" data-bs-theme="light">' in render.page(
        "login.html", frame(viewer=None, theme='"><script>'), **given
    )
