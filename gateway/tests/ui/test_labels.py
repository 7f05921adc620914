"""Browsers and permissions in words."""

import pytest

from chassis.permissions import Permission
from gateway.ui.labels import browser, permission_groups


@pytest.mark.parametrize(
    ("user_agent", "message"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1",
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.0", "An unknown program"),
        ("", "An unknown program"),
    ],
)
def test_a_browser_has_the_name_that_people_know(user_agent, message):
    assert browser(user_agent) == message


def test_each_permission_stands_once_and_what_lets_look_comes_first():
    groups = permission_groups()
    assert sorted(slug for _, rows in groups for slug, _ in rows) == [str(one) for one in Permission]
    looking = [slugs for _, rows in groups if "view" in (slugs := [slug.split(".")[1] for slug, _ in rows])]
    assert {slugs[0] for slugs in looking} == {"view"} and len(looking) == len(groups) - 1, (
        "views are seen by clients.view"
    )
