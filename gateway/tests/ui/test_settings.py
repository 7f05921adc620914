"""The pages of what admins define, for those who may only read them."""

import pytest

from gateway.ui import render
from gateway.ui.render import Frame
from tests.support.pages.drawing import PAGES, draw, one_line
from tests.support.pages.samples import frame

LISTS = {
    "settings/groups.html": "New Group",
    "settings/tags.html": "New Tag",
    "settings/custom_fields.html": "Add Field",
}


def as_reader(name: str, *permissions: str) -> str:
    given = frame()
    viewer = {**given.viewer, "permissions": list(permissions)}
    return one_line(
        render.page(
            name, Frame(path=given.path, viewer=viewer, csrf_token=given.csrf_token, now=given.now), **PAGES[name]
        )
    )


@pytest.mark.parametrize("name, button", LISTS.items())
def test_without_settings_edit_a_list_is_readable_and_has_no_buttons(name, button):
    assert button in draw(name) and "Edit " in draw(name)
    html = as_reader(name, "settings.view")
    assert (
        "<tbody" in html and button not in html and "Edit " not in html and "/move" not in html and "/new" not in html
    )


def test_set_up_is_offered_to_those_who_may_see_the_settings():
    assert 'href="/admin/tags"' in as_reader("clients/list.html", "clients.view", "settings.view")
    assert "Set up" not in as_reader("clients/list.html", "clients.view")


def test_custom_field_values_are_a_form_for_those_who_may_edit_and_a_list_for_others():
    assert 'name="f1" type="text" value="a"' in draw("clients/custom_fields.html")
    html = as_reader("clients/custom_fields.html", "clients.view")
    assert "<form" not in html.split('id="panel"')[1].split("</main>")[0] and "<bdi>Ines</bdi>" in html


def test_edit_and_tags_are_offered_to_those_who_may_edit():
    assert "Edit profile" in draw("clients/overview.html") and "Edit tags" in draw("clients/overview.html")
    html = as_reader("clients/overview.html", "clients.view")
    assert "Edit profile" not in html and "Edit tags" not in html


def test_a_colour_that_is_no_swatch_is_ones_own():
    html = draw("settings/tag.html", values={"name": "x", "colour": "#123456", "own_colour": ""})
    assert 'value="own" id="own-colour" checked' in html and 'name="own_colour" value="#123456"' in html
