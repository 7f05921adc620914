"""Transport: what may travel in the clear. On one machine anything may, between machines nothing."""

from ipaddress import ip_address
from urllib.parse import parse_qs, urlsplit

ORIGINS = ("admin_origin", "portal_origin")
DATABASES = ("database_url", "owner_database_url")


def is_loopback(host: str | None) -> bool:
    """Whether `host` is this machine: a name of loopback, one of its addresses, a socket of the file system, or nothing."""
    if not host or host.startswith("/") or host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def faults_of_transport(settings: dict) -> dict[str, list[str]]:
    """{setting: why it stops the start}. A development system is open to whoever reaches it, and so may be reached from
    its own machine alone; any other one speaks TLS with whoever is elsewhere, and knows whom it speaks to."""
    if settings.get("development"):
        return _faults_of_development(settings)
    faults = {
        name: [f"is {settings[name]}, and whoever is on the way reads what goes there: it has to begin with https://"]
        for name in ORIGINS
        if name in settings and not _is_safe_origin(settings[name])
    }
    if (
        (amqp := settings.get("amqp_uri"))
        and not amqp.startswith("amqps:")
        and not is_loopback(urlsplit(amqp).hostname)
    ):
        faults["amqp_uri"] = ["is of another machine and without TLS: it has to begin with amqps://"]
    if (collector := settings.get("otlp_endpoint")) and not _is_safe_origin(collector):
        faults["otlp_endpoint"] = ["is of another machine and without TLS: it has to begin with https://"]
    for name in DATABASES:
        if name in settings and not _is_safe_database(settings[name]):
            faults[name] = ["is of another machine and without TLS: it has to end with ?sslmode=verify-full"]
    return faults


def _faults_of_development(settings: dict) -> dict[str, list[str]]:
    for name in ORIGINS:
        parts = urlsplit(settings.get(name, ""))
        if parts.scheme == "https" or not is_loopback(parts.hostname):
            reason = f"is for a machine of one's own, and {settings[name]} is for others: their cookies would be unsafe"
            return {"development": [reason]}
    return {}


def _is_safe_origin(origin: str) -> bool:
    parts = urlsplit(origin)
    return parts.scheme == "https" or is_loopback(parts.hostname)


def _is_safe_database(url: str) -> bool:
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    hosts = [parts.hostname, *(host.rpartition(":")[0] or host for host in query.get("host", ()))]
    return query.get("sslmode") == ["verify-full"] or all(is_loopback(host) for host in hosts)
