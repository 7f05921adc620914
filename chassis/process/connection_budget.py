"""Connection budget: what all processes of a database server may open between them, checked when one starts.

A process opens connections when it needs them, so one too many starts well and fails under load. Each says in the
`application_name` of a connection that stays how many it may open, in any database of the server; one that would make the sum
too large is refused with the sum.
"""

from nameko.containers import get_service_name
from nameko.extensions import DependencyProvider
from sqlalchemy import Engine, event, text

from chassis.db.engine import Database
from chassis.events.relay import Relay
from chassis.process.jobs import Job
from chassis.settings import Settings, SettingsError

SPARE = 10  # for migrations, tools and whoever looks inside
PREFIX = "commerce"

_FOUND = text("""
    SELECT current_setting('max_connections')::int AS most,
           current_setting('superuser_reserved_connections')::int
               + coalesce(current_setting('reserved_connections', true)::int, 0) AS reserved,
           ARRAY(SELECT DISTINCT application_name FROM pg_stat_activity
                 WHERE application_name LIKE :prefix ORDER BY application_name) AS names
""")


def connections_of(service_class: type, settings: Settings) -> int:
    """How many connections a process of this service opens at most: requests, relay, a lock for each job, health, and what
    an extension says that it needs besides (`connections`)."""
    members = [getattr(service_class, name) for name in dir(service_class)]
    jobs = [one for member in members for one in getattr(member, "nameko_entrypoints", ()) if isinstance(one, Job)]
    kinds = {Database: settings.max_workers + 2, Relay: 2}
    besides = sum(getattr(one, "connections", 0) for one in members if isinstance(one, DependencyProvider))
    return (
        sum(size for kind, size in kinds.items() if any(isinstance(one, kind) for one in members))
        + len(jobs)
        + besides
        + 1
    )


def claim_connections(engine: Engine, service_class: type, settings: Settings) -> None:
    """Say on `engine`'s connection what this process may open, and raise SettingsError where the server cannot give it."""
    need = connections_of(service_class, settings)
    name = f"{PREFIX} {get_service_name(service_class)} {need} {settings.instance}"[:63]
    event.listen(engine, "do_connect", lambda _dialect, _record, _args, given: given.update(application_name=name))
    engine.dispose()
    with engine.connect() as connection:
        found = connection.execute(_FOUND, {"prefix": f"{PREFIX} %"}).one()
    claims = [claim.split(" ")[1:3] for claim in found.names]
    total, room = sum(int(size) for _, size in claims), found.most - found.reserved - SPARE
    if total > room:
        listed = " + ".join(f"{service} {size}" for service, size in claims)
        raise SettingsError(
            f"The database server has room for {room} connections (max_connections {found.most}, {found.reserved} reserved, "
            f"{SPARE} spare), and its processes may open {listed} = {total}: raise max_connections, lower "
            "COMMERCE_MAX_WORKERS or run fewer processes."
        )
