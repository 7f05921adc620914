"""Commands of endpoints, all through the stream `system`."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from chassis.errors import ServiceProblem, field_problem, not_found
from chassis.events.event import Event, rfc3339
from chassis.events.unit_of_work import UnitOfWork, UnitOfWorkOpener
from chassis.permissions import Permission
from chassis.process.jobs import wake_job
from services.webhooks import events
from services.webhooks.addresses import Refused, checked_url
from services.webhooks.models import Endpoint, Secret
from services.webhooks.queries import endpoints as queries
from services.webhooks.rules import ALIVE_SECRETS, MOST_ENDPOINTS
from services.webhooks.signing import new_secret

FIELDS = ("url", "description", "filters", "personal", "alert_email")


def create_endpoint(open_uow: UnitOfWorkOpener, *, loopback: bool, url: str, scheme: str, **given) -> dict:
    """Make an endpoint with a fresh secret, enabled; answers it without the secret, which is read apart.

    Raises 422 for a URL that no request may go to, `forbidden` for personal values by a caller who may not export them,
    `invalid-state` with MOST_ENDPOINTS there already.
    """
    with open_uow() as uow:
        number = uow.session.scalar(select(func.count()).where(Endpoint.deleted_at.is_(None)))
        if number >= MOST_ENDPOINTS:
            raise ServiceProblem("invalid-state", f"There are {MOST_ENDPOINTS} endpoints, which is the most.")
        _require_personal(uow, given.get("personal"))
        endpoint = Endpoint(url=_checked(url, loopback), scheme=scheme, **given)
        uow.session.add(endpoint)
        uow.session.flush()
        uow.session.add(Secret(endpoint_id=endpoint.id, secret=new_secret(scheme)))
        facts = {"filters": endpoint.filters, "personal": endpoint.personal, "scheme": scheme}
        _publish(uow, events.WebhookEndpointCreated, endpoint, facts)
        uow.session.flush()
        return uow.record_answer(queries.endpoint(uow.session, endpoint.id))


def update_endpoint(open_uow: UnitOfWorkOpener, *, endpoint_id: UUID, loopback: bool, **given) -> dict:
    """Change what is given of an endpoint; answers it. Refused as when it was made."""
    with open_uow() as uow:
        endpoint = find(uow.session, endpoint_id)
        if "url" in given:
            given["url"] = _checked(given["url"], loopback)
        old = {name: getattr(endpoint, name) for name in FIELDS if name in given}
        new = {name: given[name] for name in old if given[name] != old[name]}
        _require_personal(uow, new.get("personal") or endpoint.personal and "url" in new)
        if new:
            changes = [
                {"field": one, "old": _published(one, old[one]), "new": _published(one, new[one])} for one in new
            ]
            for name, value in new.items():
                setattr(endpoint, name, value)
            uow.session.flush()
            _publish(uow, events.WebhookEndpointUpdated, endpoint, {}, changes=changes)
        return uow.record_answer(queries.endpoint(uow.session, endpoint_id))


def enable_endpoint(open_uow: UnitOfWorkOpener, *, endpoint_id: UUID) -> dict:
    """Send again what waits for an endpoint, and what comes; answers it. One that is enabled stays so."""
    with open_uow() as uow:
        endpoint = find(uow.session, endpoint_id)
        if endpoint.status != "enabled":
            endpoint.status, endpoint.reason = "enabled", None
            endpoint.disabled_at = endpoint.failing_since = None
            uow.session.flush()
            _publish(uow, events.WebhookEndpointEnabled, endpoint, {})
            wake_job(uow.session, "send_webhooks")
        return uow.record_answer(queries.endpoint(uow.session, endpoint_id))


def disable_endpoint(open_uow: UnitOfWorkOpener, *, endpoint_id: UUID) -> dict:
    """Send nothing more to an endpoint until it is enabled; what it wants waits, and is forgotten as all deliveries
    are. Answers it."""
    with open_uow() as uow:
        endpoint = find(uow.session, endpoint_id)
        if endpoint.status == "enabled":
            disable(uow, endpoint, "by_hand")
        return uow.record_answer(queries.endpoint(uow.session, endpoint_id))


def disable(uow: UnitOfWork, endpoint: Endpoint, reason: str) -> None:
    """Disable an endpoint, and publish it; whoever is to be alerted learns of what nobody did by hand."""
    endpoint.status, endpoint.reason, endpoint.disabled_at = "disabled", reason, func.clock_timestamp()
    uow.session.flush()
    alerted = endpoint.alert_email if reason != "by_hand" else None
    since = endpoint.failing_since and rfc3339(endpoint.failing_since)
    facts = {"reason": reason, "failing_since": since}
    personal = {"alert_email": alerted} if alerted else {}
    _publish(uow, events.WebhookEndpointDisabled, endpoint, facts, personal=personal)


def delete_endpoint(open_uow: UnitOfWorkOpener, *, endpoint_id: UUID) -> dict:
    """Delete an endpoint and its secrets for good; its deliveries go within the hour. Answers `{"id", "deleted"}`."""
    with open_uow() as uow:
        endpoint = find(uow.session, endpoint_id)
        endpoint.deleted_at, endpoint.status = func.now(), "disabled"
        uow.session.execute(delete(Secret).where(Secret.endpoint_id == endpoint_id))
        uow.session.flush()
        _publish(uow, events.WebhookEndpointDeleted, endpoint, {})
        return uow.record_answer({"id": str(endpoint_id), "deleted": True})


def rotate_secret(open_uow: UnitOfWorkOpener, *, endpoint_id: UUID, overlap_hours: int) -> dict:
    """Sign with a fresh secret from now on, and with the one before too for `overlap_hours`; answers the endpoint.

    Raises `invalid-state` with ALIVE_SECRETS alive already.
    """
    with open_uow() as uow:
        endpoint = find(uow.session, endpoint_id)
        alive = queries.alive_secrets(uow.session, endpoint_id)
        if len(alive) >= ALIVE_SECRETS and overlap_hours:
            raise ServiceProblem("invalid-state", f"{ALIVE_SECRETS} secrets are alive. Wait until one has expired.")
        ends = datetime.now(UTC) + timedelta(hours=overlap_hours)
        outlive = update(Secret).where(Secret.endpoint_id == endpoint_id)
        expiry = func.least(func.coalesce(Secret.expires_at, ends), ends)
        uow.session.execute(outlive.values(expires_at=expiry))
        uow.session.add(Secret(endpoint_id=endpoint_id, secret=new_secret(endpoint.scheme)))
        uow.session.flush()
        _publish(uow, events.WebhookEndpointSecretRotated, endpoint, {"overlap_ends_at": rfc3339(ends)})
        return uow.record_answer(queries.endpoint(uow.session, endpoint_id))


def find(session: Session, endpoint_id: UUID) -> Endpoint:
    """The endpoint of this id, locked; `not-found` for one that is not there."""
    here = select(Endpoint).where(Endpoint.id == endpoint_id, Endpoint.deleted_at.is_(None))
    endpoint = session.scalar(here.with_for_update(key_share=True).execution_options(populate_existing=True))
    if endpoint is None:
        raise not_found()
    return endpoint


def host_of(url: str) -> str:
    """The host of a URL, which is all that the log has of it."""
    return urlsplit(url).hostname or ""


def _publish(uow: UnitOfWork, kind: type[Event], endpoint: Endpoint, facts: dict, **parts) -> None:
    whole = {"host": host_of(endpoint.url), **facts}
    uow.publish(kind(entity=("webhook_endpoint", endpoint.id), facts=whole, **parts))


def _checked(url: str, loopback: bool) -> str:
    try:
        return checked_url(url, loopback=loopback)
    except Refused as refusal:
        raise field_problem("/url", str(refusal)) from refusal


def _published(field: str, value):
    return host_of(value) if field == "url" else value


def _require_personal(uow: UnitOfWork, personal) -> None:
    """Whoever has personal values sent somewhere may read them: the permission is that of their export."""
    if personal:
        uow.caller.require(Permission.ACTIVITY_EXPORT)
