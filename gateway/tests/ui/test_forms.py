"""New Client and Import CSV."""

import re

from tests.support.pages.drawing import IMPORT, NEW, PAGES, draw
from tests.support.pages.samples import answer


def test_a_refused_form_links_each_fault_to_its_field_and_keeps_what_was_typed():
    errors = [{"pointer": "/email", "code": "validation", "message": "Not an email address."}]
    html = draw("clients/new.html", errors=errors, values={"email": "moss@", "tags": ["t1"]})
    assert '<a href="#f-email">Email: Not an email address.</a>' in html and 'value="moss@"' in html
    assert 'aria-invalid="true" aria-describedby="f-email-h"' in html and re.search(
        r'name="tags" value="t1" checked', html
    )


def test_a_duplicate_email_asks_whether_it_is_meant():
    errors = [{"pointer": "/email", "code": "duplicate", "message": "Another client has this email."}]
    html = draw("clients/new.html", errors=errors, duplicate={"id": "c9", "name": "Harbourline Hosting"})
    assert (
        'Another client, <a href="/admin/clients/c9"><bdi>Harbourline Hosting</bdi></a>, has this email.' in html
        and 'name="allow_duplicate_email" value="true"' in html
    )


def test_a_failure_keeps_the_key_so_that_sending_again_makes_no_second_client():
    html = draw("clients/new.html", **{**NEW, "problem": {"title": "Nothing was saved.", "request_id": "req-7"}})
    assert 'name="idempotency_key" value="key-of-this-form"' in html and "req-7" in html


def test_the_import_sends_each_column_where_it_was_matched():
    html = draw("import/preview.html")
    assert re.search(
        r'<select [^>]*name="map.clients.0"[^>]*>.*<option value="email" data-required selected>\s*Email \*\s*</option>',
        html,
        re.S,
    )


def test_the_import_is_watched_with_and_without_script():
    html = draw("import/progress.html")
    assert 'hx-trigger="every 2s"' in html and '<noscript><meta http-equiv="refresh" content="2"></noscript>' in html
    assert 'aria-valuenow="80"' in html


def test_a_field_left_empty_is_asked_for_in_plain_words():
    errors = [{"pointer": "/last_name", "code": "validation", "message": "Missing data for required field."}]
    html = draw("clients/new.html", errors=errors, values={"last_name": ""})
    assert html.count("Fill this in.") == 2 and "Missing data" not in html


def test_failed_rows_that_fit_on_one_page_have_no_next_page():
    failures = answer(*PAGES["import/summary.html"]["failures"]["data"], next="of-another-service")
    assert 'rel="next"' not in draw("import/summary.html", failures=failures)
    many = {**IMPORT, "status": "done", "files": [{**IMPORT["files"][0], "failed": 40}]}
    assert 'rel="next"' in draw("import/summary.html", failures=failures, **{"import": many})
