"""Pages are what Jinja makes of their templates, to the byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, StrictUndefined
from jinja2.exceptions import UndefinedError
from markupsafe import Markup, escape

from gateway.ui import render
from gateway.ui.template_environment import TemplateEnvironment, WithoutIndentation
from tests.support.pages.drawing import PAGES, frame_of

OURS = render._environment


@pytest.fixture
def drawn(monkeypatch):
    """`drawn(name, environment)`: a page, whole and as a fragment, with the same keys of its forms each time."""
    monkeypatch.setitem(OURS.globals, "fresh_key", lambda: "key")

    def draw(name: str, environment: Environment) -> tuple[str, str]:
        with monkeypatch.context() as patched:
            patched.setattr(render, "_environment", environment)
            return tuple(one(name, frame_of(name), **PAGES[name]) for one in (render.page, render.fragment))

    return draw


def jinjas_own() -> Environment:
    """Jinja's own environment, with our filters and functions."""
    plain = Environment(loader=OURS.loader, autoescape=True, undefined=StrictUndefined, extensions=[WithoutIndentation])
    plain.filters, plain.globals = OURS.filters, OURS.globals
    return plain


def test_every_page_has_the_bytes_that_jinja_would_give_it(drawn):
    plain = jinjas_own()
    assert {name: drawn(name, OURS) for name in PAGES} == {name: drawn(name, plain) for name in PAGES}


@given(st.one_of(st.text(), st.text().map(Markup), st.integers(), st.none(), st.text("&<>\"'a").map(lambda t: [t])))
def test_what_is_shown_is_escaped_as_markupsafe_does(value):
    assert TemplateEnvironment.escaped(value) == escape(value)


def test_a_key_of_a_dict_is_found_and_a_method_of_dicts_stays_one():
    template = OURS.from_string("{{ row.name }} {{ row.get('name') }} {{ row.items is callable }}")
    assert template.render(row={"name": "<b>", "items": 3}) == "&lt;b&gt; &lt;b&gt; True"


def test_a_key_that_is_not_there_raises_by_its_name():
    with pytest.raises(UndefinedError, match="'dict object' has no attribute 'nmae'"):
        OURS.from_string("{{ row.nmae }}").render(row={"name": "x"})
