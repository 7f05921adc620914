"""The environment is read once, and a mistake in it stops the start with a sentence."""

import pytest

from chassis.secret_files import SECRETS
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


def test_a_secret_is_read_from_its_file_and_a_password_is_put_into_its_address(tmp_path):
    address, password = tmp_path / "address", tmp_path / "password"
    address.write_text("amqp://billing:secret@127.0.0.1/commerce\n")
    password.write_text("p@ss/word\n")
    settings = read_settings(
        {
            "COMMERCE_AMQP_URI_FILE": str(address),
            "COMMERCE_DATABASE_URL": "postgresql://billing_app@127.0.0.1/billing",
            "COMMERCE_DATABASE_PASSWORD_FILE": str(password),
            "COMMERCE_SMTP_URL": "smtp://me:old@127.0.0.1:587",
            "COMMERCE_SMTP_PASSWORD": "new",
        }
    )
    assert settings.amqp_uri == "amqp://billing:secret@127.0.0.1/commerce"
    assert settings.database_url == "postgresql://billing_app:p%40ss%2Fword@127.0.0.1/billing"
    assert settings.smtp_url == "smtp://me:new@127.0.0.1:587"


@pytest.mark.parametrize("name", SECRETS)
def test_each_secret_has_a_file(name, tmp_path):
    (tmp_path / "secret").write_text("x")
    with pytest.raises(SettingsError) as stop:
        read_settings({f"COMMERCE_{name.upper()}_FILE": str(tmp_path / "secret")})
    assert f"COMMERCE_{name.upper()}_FILE" not in str(stop.value) and f"COMMERCE_{name.upper()} " in str(stop.value)


def test_a_secrets_file_that_is_not_there_and_a_secret_that_is_given_twice_are_sentences(tmp_path):
    with pytest.raises(SettingsError, match="COMMERCE_AMQP_URI_FILE names a file that cannot be read."):
        read_settings({"COMMERCE_AMQP_URI_FILE": "/nowhere/at/all"})
    given = {"COMMERCE_AMQP_URI_FILE": "/nowhere", "COMMERCE_AMQP_URI": "amqp://x@localhost"}
    with pytest.raises(SettingsError, match="COMMERCE_AMQP_URI_FILE is set beside the setting that it is for."):
        read_settings(given)


def test_a_secrets_file_that_is_empty_is_a_secret_that_is_not_given(tmp_path):
    (tmp_path / "smtp_url").write_text("\n")
    assert read_settings({"COMMERCE_SMTP_URL_FILE": str(tmp_path / "smtp_url")}).smtp_url is None


OURS = ["http://127.0.0.1:8000", "http://localhost:8000", "http://portal.localhost", "http://[::1]:8000"]
PUBLIC = ["https://admin.example.com", "http://admin.example.com", "https://127.0.0.1:8443", "http://10.0.0.7:8000"]


@pytest.mark.parametrize("name", ["COMMERCE_ADMIN_ORIGIN", "COMMERCE_PORTAL_ORIGIN"])
def test_a_development_system_is_reached_from_its_own_machine_alone(name):
    for origin in OURS:
        assert read_settings({name: origin, "COMMERCE_DEVELOPMENT": "1"}).development
    for origin in PUBLIC:
        with pytest.raises(SettingsError, match=f"COMMERCE_DEVELOPMENT is for a machine of one's own, and {origin} is"):
            read_settings({name: origin, "COMMERCE_DEVELOPMENT": "1"})


@pytest.mark.parametrize("name", ["COMMERCE_ADMIN_ORIGIN", "COMMERCE_PORTAL_ORIGIN"])
def test_what_others_reach_has_tls(name):
    for origin in (*OURS, *(one for one in PUBLIC if one.startswith("https"))):
        assert not read_settings({name: origin}).development
    for origin in (one for one in PUBLIC if one.startswith("http:")):
        with pytest.raises(SettingsError, match=f"{name} is {origin}, and .* https://"):
            read_settings({name: origin})


@pytest.mark.parametrize(
    ("name", "safe", "unsafe"),
    [
        (
            "COMMERCE_AMQP_URI",
            ["amqps://broker.example/x", "amqp://127.0.0.1/x", "amqp://localhost"],
            ["amqp://broker.example/x", "amqp://10.0.0.7"],
        ),
        *(
            (
                name,
                [
                    "postgresql://db.example/x?sslmode=verify-full&sslrootcert=/ca.pem",
                    "postgresql://127.0.0.1/x",
                    "postgresql:///x?host=/run/postgresql",
                ],
                [
                    "postgresql://db.example/x",
                    "postgresql://db.example/x?sslmode=require",
                    "postgresql://db.example/x?sslmode=verify-ca",
                    "postgresql:///x?host=db.example:5432",
                ],
            )
            for name in ("COMMERCE_DATABASE_URL", "COMMERCE_OWNER_DATABASE_URL")
        ),
    ],
)
def test_engines_of_another_machine_are_reached_by_tls_and_verified(name, safe, unsafe):
    for address in safe:
        read_settings({name: address})
    for address in unsafe:
        assert read_settings({name: address, "COMMERCE_DEVELOPMENT": "1"}).development
        with pytest.raises(SettingsError, match=f"{name} is of another machine and without TLS"):
            read_settings({name: address})


def test_what_the_brokers_address_says_of_tls_is_checked(tmp_path):
    (tmp_path / "ca.pem").touch()
    read_settings({"COMMERCE_AMQP_URI": f"amqps://broker.example/x?cacertfile={tmp_path}/ca.pem"})
    with pytest.raises(SettingsError, match="COMMERCE_AMQP_URI has the parameter verify, and knows cacertfile"):
        read_settings({"COMMERCE_AMQP_URI": "amqps://broker.example/x?verify=verify_none"})
    with pytest.raises(SettingsError, match="COMMERCE_AMQP_URI names the file /nowhere, which does not exist."):
        read_settings({"COMMERCE_AMQP_URI": "amqps://broker.example/x?cacertfile=/nowhere"})
