"""The environment is read once, and a mistake in it stops the start with a sentence."""

import pytest

from chassis.settings import SettingsError, read_settings


def test_what_is_not_set_has_its_default():
    settings = read_settings({})
    assert (settings.max_workers, settings.log_level, str(settings.timezone)) == (20, "INFO", "UTC")


def test_foreign_names_are_not_ours_to_judge():
    assert read_settings({"PATH": "/bin", "COMMERCE_HTTP_PORT": "8100"}).http_port == 8100


def test_proxies_are_addresses_and_networks():
    assert [str(one) for one in read_settings({"COMMERCE_TRUSTED_PROXIES": "10.0.0.7, fd00::/8"}).trusted_proxies] == [
        "10.0.0.7/32",
        "fd00::/8",
    ]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("COMMERCE_COLOUR", "red", "COMMERCE_COLOUR is not a setting of Commerce."),
        ("COMMERCE_HTTP_PORT", "0", "COMMERCE_HTTP_PORT is not a port between 1 and 65535."),
        ("COMMERCE_TIMEZONE", "Mars/Olympus", "COMMERCE_TIMEZONE is not a time zone of the IANA database."),
        ("COMMERCE_AMQP_URI", "http://x", "COMMERCE_AMQP_URI does not begin with amqp://."),
        (
            "COMMERCE_ADMIN_ORIGIN",
            "admin.example.com/x",
            "COMMERCE_ADMIN_ORIGIN is not an origin such as https://admin.example.com.",
        ),
        (
            "COMMERCE_TRUSTED_PROXIES",
            "10.0.0.7, 10.0.0.1/8",
            "COMMERCE_TRUSTED_PROXIES is not a list of addresses and networks such as 10.0.0.7, 10.1.0.0/16.",
        ),
        ("COMMERCE_TRUSTED_KEYS_DIR", "/nowhere/at/all", "COMMERCE_TRUSTED_KEYS_DIR names a path that does not exist."),
        (
            "COMMERCE_CHECKPOINTS_FILE",
            "/nowhere/at/all",
            "COMMERCE_CHECKPOINTS_FILE is not a file in a folder that exists.",
        ),
    ],
)
def test_a_bad_name_or_value_is_a_sentence(name, value, sentence):
    with pytest.raises(SettingsError) as stop:
        read_settings({name: value})
    assert str(stop.value) == sentence


def test_what_is_needed_and_missing_is_a_sentence():
    with pytest.raises(SettingsError, match="COMMERCE_AMQP_URI is not set, and this process needs it."):
        read_settings({}).require("amqp_uri")
