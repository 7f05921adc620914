"""Rate limits: one table, changed by a setting, counted by key."""

import pytest

from chassis import rate_limits
from chassis.errors import ServiceProblem
from chassis.rate_limits import LIMITS, Meter, most_of
from chassis.settings import SettingsError, read_settings


@pytest.fixture
def two_a_minute(monkeypatch):
    monkeypatch.setattr(rate_limits, "_most", {"requests-of-token": 2})


def test_a_key_is_refused_at_its_limit_until_its_minute_is_over(two_a_minute):
    now = [100.0]
    meter = Meter(lambda: now[0])
    meter.take("requests-of-token", "a")
    now[0] = 110.0
    meter.take("requests-of-token", "a")
    meter.take("requests-of-token", "b")
    for _ in range(3):
        with pytest.raises(ServiceProblem) as refused:
            meter.take("requests-of-token", "a")
    assert (refused.value.status, refused.value.extra["retry_after"]) == (429, 50)
    assert meter.left("requests-of-token", "a") == (0, 50)
    now[0] = 160.0
    assert meter.left("requests-of-token", "a") == (2, 60)
    meter.take("requests-of-token", "a")
    assert meter.left("requests-of-token", "a") == (1, 60)


def test_keys_that_were_used_longest_ago_are_forgotten(monkeypatch):
    monkeypatch.setattr(rate_limits, "MOST_KEYS", 3)
    meter = Meter()
    for key in "abcde":
        meter.take("requests-of-address", key)
    assert [key for _, key in meter._used] == ["c", "d", "e"]


@pytest.mark.usefixtures("default_limits")
def test_the_setting_changes_a_limit_and_names_what_it_does_not_know():
    given = read_settings({"COMMERCE_RATE_LIMITS": "tickets-of-client=25, requests-of-token=1200"}).rate_limits
    assert given == {"tickets-of-client": 25, "requests-of-token": 1200}
    for wrong in ("tickets=3", "tickets-of-client", "tickets-of-client=-1"):
        with pytest.raises(SettingsError, match="tickets-of-client"):
            read_settings({"COMMERCE_RATE_LIMITS": wrong})
    assert most_of("tickets-of-client") == LIMITS["tickets-of-client"].most
