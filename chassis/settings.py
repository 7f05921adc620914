"""Settings of a process: the environment, checked once at start. An unknown name, a bad value, or a setting that would
carry secrets in the clear stops the start.

A secret is given by a file as well, whose path is in `COMMERCE_<NAME>_FILE`; a password apart from the address it is for
in `COMMERCE_DATABASE_PASSWORD` and its like.
"""

import os
import socket
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate, validates_schema

from chassis.rate_limits import LIMITS
from chassis.retention import PERIODS
from chassis.secret_files import fill_in_secrets
from chassis.transport import faults_of_transport

PREFIX = "COMMERCE_"
AMQP_FILES = {"cacertfile", "certfile", "keyfile"}


class SettingsError(SystemExit):
    """The environment does not describe a process that can run; its text is one sentence for the operator."""


@dataclass(frozen=True)
class Settings:
    """What a process knows of its surroundings. Each field is the environment's `COMMERCE_<FIELD>`."""

    amqp_uri: str | None = None
    database_url: str | None = None
    owner_database_url: str | None = None
    ops_host: str = "127.0.0.1"
    ops_port: int | None = None
    http_host: str = "127.0.0.1"
    http_port: int = 8000
    http_fd: int | None = None
    admin_origin: str = "http://127.0.0.1:8000"
    portal_origin: str = "http://localhost:8000"
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    signing_key_file: Path | None = None
    trusted_keys_dir: Path | None = None
    encryption_keys_file: Path | None = None
    checkpoints_file: Path | None = None
    smtp_url: str | None = None
    mail_from: str = "commerce@localhost"
    mail_dir: Path | None = None
    seller_file: Path | None = None
    timezone: ZoneInfo = ZoneInfo("UTC")
    log_level: str = "INFO"
    otlp_endpoint: str | None = None
    otlp_ratio: float = 1.0
    max_workers: int = 20
    read_seconds: float = 1.0
    development: bool = False
    second_factor_roles: tuple[str, ...] | None = None
    rate_limits: dict[str, int] | None = None
    retention: dict[str, int] | None = None
    webhook_loopback: bool = False
    failpoint_file: Path | None = None

    def require(self, name: str):
        """The value of a setting that this process cannot do without; raises SettingsError when it is missing."""
        value = getattr(self, name)
        if value is None:
            raise SettingsError(f"{PREFIX}{name.upper()} is not set, and this process needs it.")
        return value

    @property
    def instance(self) -> str:
        """A name for this process that is unique among its replicas."""
        return f"{socket.gethostname()}-{os.getpid()}"


class _Zone(fields.String):
    def _deserialize(self, value, attr, data, **kwargs):
        try:
            return ZoneInfo(super()._deserialize(value, attr, data, **kwargs))
        except (KeyError, ValueError) as error:
            raise ValidationError("is not a time zone of the IANA database") from error


class _Origin(fields.String):
    def _deserialize(self, value, attr, data, **kwargs):
        parts = urlsplit(super()._deserialize(value, attr, data, **kwargs))
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
            raise ValidationError("is not an origin such as https://admin.example.com")
        return f"{parts.scheme}://{parts.netloc}"


class _Networks(fields.String):
    def _deserialize(self, value, attr, data, **kwargs):
        given = super()._deserialize(value, attr, data, **kwargs).replace(",", " ").split()
        try:
            return tuple(ip_network(one) for one in given)
        except ValueError as error:
            raise ValidationError("is not a list of addresses and networks such as 10.0.0.7, 10.1.0.0/16") from error


class _Words(fields.String):
    """Words with commas or spaces between them; none at all is an answer too."""

    def _deserialize(self, value, attr, data, **kwargs):
        return tuple(super()._deserialize(value, attr, data, **kwargs).replace(",", " ").split())


class _Numbers(_Words):
    """A number for each name: `tickets-of-client=20, requests-of-token=1200`; the names are those of a table, and none is
    below its `least`."""

    def __init__(self, least: dict[str, int], **kwargs):
        self._least = least
        super().__init__(**kwargs)

    def _deserialize(self, value, attr, data, **kwargs):
        given = {}
        for word in super()._deserialize(value, attr, data, **kwargs):
            name, _, number = word.partition("=")
            if name not in self._least or not number.isdecimal():
                raise ValidationError(f"has {word}, which is not one of {', '.join(self._least)} with = and a number")
            if int(number) < self._least[name]:
                raise ValidationError(f"has {word}, and {self._least[name]} is the least")
            given[name] = int(number)
        return given


class _Collector(fields.String):
    """Where an OTLP collector takes spans, from its base address, with the file of its authority where that is of one's
    own (`?cacertfile=`); nothing for none."""

    def _deserialize(self, value, attr, data, **kwargs):
        parts = urlsplit(super()._deserialize(value, attr, data, **kwargs))
        if not parts.geturl():
            return None
        if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
            raise ValidationError("is not an address such as https://collector.example.com:4318")
        authority = parts.query.removeprefix("cacertfile=")
        if parts.query and not (parts.query != authority and Path(authority).is_file()):
            raise ValidationError("may end with ?cacertfile= and a file that exists, and with nothing else")
        path = f"{parts.path.rstrip('/').removesuffix('/v1/traces')}/v1/traces"
        return parts._replace(path=path, fragment="").geturl()


class _PathField(fields.String):
    def _deserialize(self, value, attr, data, **kwargs):
        path = Path(super()._deserialize(value, attr, data, **kwargs))
        if not path.exists():
            raise ValidationError("names a path that does not exist")
        return path


class _NewPathField(fields.String):
    """A file that may not be there yet; its folder is."""

    def _deserialize(self, value, attr, data, **kwargs):
        path = Path(super()._deserialize(value, attr, data, **kwargs))
        if not path.parent.is_dir() or path.is_dir():
            raise ValidationError("is not a file in a folder that exists")
        return path


def _port() -> fields.Integer:
    return fields.Integer(validate=validate.Range(min=1, max=65535, error="is not a port between 1 and 65535"))


def _begins_with(*schemes: str) -> validate.Regexp:
    return validate.Regexp(rf"^({'|'.join(schemes)})://\S+$", error=f"does not begin with {schemes[0]}://")


def _url(*schemes: str) -> fields.String:
    return fields.String(validate=_begins_with(*schemes))


class _AmqpUri(fields.String):
    """An address of the broker; what it may say of TLS are the parameters of RabbitMQ's own URIs that name a file."""

    def _deserialize(self, value, attr, data, **kwargs):
        uri = super()._deserialize(value, attr, data, **kwargs)
        named = parse_qs(urlsplit(uri).query)
        if unknown := set(named) - AMQP_FILES:
            raise ValidationError(f"has the parameter {min(unknown)}, and knows {', '.join(sorted(AMQP_FILES))} alone")
        if missing := [path for paths in named.values() for path in paths if not Path(path).is_file()]:
            raise ValidationError(f"names the file {missing[0]}, which does not exist")
        return uri


class SettingsSchema(Schema):
    """How each `COMMERCE_*` name is read; anything else that begins so is refused."""

    class Meta:
        unknown = RAISE

    amqp_uri = _AmqpUri(validate=_begins_with("amqp", "amqps"))
    database_url = _url("postgresql")
    owner_database_url = _url("postgresql")
    ops_host = fields.String()
    ops_port = _port()
    http_host = fields.String()
    http_port = _port()
    http_fd = fields.Integer(validate=validate.Range(min=3, error="is not a descriptor from 3 on"))
    admin_origin = _Origin()
    portal_origin = _Origin()
    trusted_proxies = _Networks()
    signing_key_file = _PathField()
    trusted_keys_dir = _PathField()
    encryption_keys_file = _PathField()
    checkpoints_file = _NewPathField()
    smtp_url = _url("smtp", "smtps")
    mail_from = fields.String(validate=validate.Regexp(r"^[^\s@<>]+@[A-Za-z0-9.-]+$", error="is not an email address"))
    mail_dir = _PathField()
    seller_file = _PathField()
    timezone = _Zone()
    log_level = fields.String(validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]))
    otlp_endpoint = _Collector()
    otlp_ratio = fields.Float(validate=validate.Range(min=0, max=1, error="is not a number from 0 to 1"))
    max_workers = fields.Integer(validate=validate.Range(min=1, max=500))
    read_seconds = fields.Float(validate=validate.Range(min=0.1, max=60))
    development = fields.Boolean()
    second_factor_roles = _Words()
    rate_limits = _Numbers(dict.fromkeys(LIMITS, 0))
    retention = _Numbers({name: period.least for name, period in PERIODS.items()})
    webhook_loopback = fields.Boolean()
    failpoint_file = _NewPathField()

    @validates_schema
    def _check_transport(self, data, **kwargs):
        if faults := faults_of_transport(data):
            raise ValidationError(faults)

    @validates_schema
    def _check_webhooks(self, data, **kwargs):
        if data.get("webhook_loopback") and not data.get("development"):
            raise ValidationError({"webhook_loopback": ["is for a development system alone"]})

    @post_load
    def _make(self, data, **kwargs) -> Settings:
        return Settings(**data)


def read_settings(environment=None) -> Settings:
    """Read the settings from `environment` (the process' own unless given).

    Raises SettingsError with a sentence that names every faulty `COMMERCE_*` variable.
    """
    environment = os.environ if environment is None else environment
    given = {
        name[len(PREFIX) :].lower(): value
        for name, value in environment.items()
        if name.startswith(PREFIX) and not name.startswith(PREFIX + "TEST_")
    }
    try:
        return SettingsSchema().load(fill_in_secrets(given))
    except ValidationError as error:
        raise SettingsError("; ".join(_sentence(name, messages) for name, messages in error.messages.items())) from None


def _sentence(name: str, messages: list[str]) -> str:
    known = "is not a setting of Commerce" if messages == ["Unknown field."] else " and ".join(messages)
    return f"{PREFIX}{name.upper()} {known.rstrip('.')}."
