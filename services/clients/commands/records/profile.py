"""Profile of a client, with group and tags, changed by staff."""

from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from chassis.errors import ServiceProblem, field_problem, not_found
from chassis.events.unit_of_work import UnitOfWork, UnitOfWorkOpener
from services.clients import rules
from services.clients.commands.records.clients import require_tags
from services.clients.commands.records.confirmation import after_change, before_change
from services.clients.commands.records.contacts import (
    derive,
    follow_primary,
    forget_login,
    refuse_double,
    refuse_lockout,
)
from services.clients.commands.records.diff import apply
from services.clients.events import ClientGroupChanged, ClientTagsChanged, ClientUpdated
from services.clients.models import Client, ClientGroup, ClientTag, Contact
from services.clients.profile_fields import COMPANY, PERSON
from services.clients.queries.clients import client_record, client_tags, require_client
from services.clients.queries.profile_changes import changes_since


def update_client(
    open_uow: UnitOfWorkOpener, *, client_id: UUID, version: int, allow_duplicate_email: bool, **given
) -> dict:
    """Change the given fields of the profile, `group_id` among them, and answer the record without notes.

    Raises 412 `stale`, with what was changed since and by whom, unless `version` is the profile's; 409 `duplicate` for
    an email that another client has, unless that is meant, and `invalid-state` as `refuse_lockout`; 422 for a group that
    does not exist. What is given as it is already changes nothing, and publishes nothing.
    """
    with open_uow(stream=client_id) as uow:
        client, person = _profile_of(uow.session, client_id)
        if client.version != version:
            raise _stale(uow.session, client, person, version)
        before = client.group_id
        regrouped = _regroup(uow.session, client, given.pop("group_id")) if "group_id" in given else []
        if rules.email_key(given.get("email", person.email)) != person.email_key:
            refuse_lockout(uow, person)
            refuse_double(uow.session, client_id, given["email"], allow_duplicate_email)
        old_email, old_key = person.email, person.email_key
        was = before_change(uow.session, client_id, person)
        changes = apply(person, {name: given[name] for name in PERSON if name in given}) + apply(
            client, {name: value for name, value in given.items() if name not in PERSON}
        )
        if changes or regrouped:
            derive(person, client)
            follow_primary(uow.session, client)
            if person.email_key != old_key:
                forget_login(uow.session, person, old_email)
                after_change(uow, person, was)
            _publish_changes(uow, client, changes, regrouped, before)
            uow.flush()
        return uow.record_answer(client_record(uow.session, client_id, with_notes=False))


def set_client_tags(
    open_uow: UnitOfWorkOpener, *, client_id: UUID, tags: list[UUID], was: list[UUID] | None = None
) -> dict:
    """Give the client exactly these tags, and answer them as `{"data": [{id, name, colour}]}`; 422 for an unknown one.

    With `was`, the tags that the caller had seen, those of others stay as they are: only what differs between the two
    is added and taken away.
    """
    with open_uow(stream=client_id) as uow:
        require_client(uow.session, client_id)
        before = client_tags(uow.session, client_id)
        require_tags(uow.session, tags)
        had, wanted = {UUID(tag["id"]) for tag in before}, set(tags)
        if was is not None:
            wanted = (had - (set(was) - wanted)) | (wanted - set(was))
        if had != wanted:
            uow.session.execute(
                delete(ClientTag).where(ClientTag.client_id == client_id, ClientTag.tag_id.in_(had - wanted))
            )
            if wanted - had:
                uow.session.execute(
                    insert(ClientTag), [{"client_id": client_id, "tag_id": tag} for tag in wanted - had]
                )
            after = client_tags(uow.session, client_id)
            names = [[tag["name"] for tag in some] for some in (before, after)]
            uow.publish(
                ClientTagsChanged(
                    client_id=client_id,
                    entity=("client", client_id),
                    facts={"tags": [tag["id"] for tag in after]},
                    changes=[{"field": "tags", "old": names[0], "new": names[1]}],
                )
            )
        return uow.record_answer({"data": client_tags(uow.session, client_id)})


def _profile_of(session: Session, client_id: UUID) -> tuple[Client, Contact]:
    found = session.execute(
        select(Client, Contact)
        .join(Contact, Contact.client_id == Client.id)
        .where(Client.id == client_id, Contact.is_primary)
    ).one_or_none()
    if found is None:
        raise not_found()
    return found.Client, found.Contact


def _regroup(session: Session, client: Client, group_id: UUID | None) -> list[dict]:
    """Put the client into a group or into none; answers the change by the groups' names, nothing when it is there
    already."""
    if client.group_id == group_id:
        return []
    names = dict(
        session.execute(
            select(ClientGroup.id, ClientGroup.name).where(ClientGroup.id.in_([client.group_id, group_id]))
        ).all()
    )
    if group_id is not None and group_id not in names:
        raise field_problem("/group_id", "There is no such group.")
    change = {"field": "group", "old": names.get(client.group_id), "new": names.get(group_id)}
    client.group_id = group_id
    return [change]


def _publish_changes(
    uow: UnitOfWork, client: Client, changes: list[dict], regrouped: list[dict], group_before: UUID | None
) -> None:
    about = {"client_id": client.id, "entity": ("client", client.id)}
    if changes:
        uow.publish(ClientUpdated(**about, facts={"version": client.version}, changes=changes))
    if regrouped:
        facts = {
            "group_id": _text(client.group_id),
            "previous_group_id": _text(group_before),
            "version": client.version,
        }
        uow.publish(ClientGroupChanged(**about, facts=facts, changes=regrouped))


def _text(id: UUID | None) -> str | None:
    return id and str(id)


def _stale(session: Session, client: Client, person: Contact, version: int) -> ServiceProblem:
    """The refusal of a change to an older version: each field that was changed since, what it held and holds, who saved
    it."""
    now = {
        **{name: getattr(person, name) for name in PERSON},
        **{name: getattr(client, name) for name in COMPANY},
        "group_id": _text(client.group_id),
    }
    since = changes_since(session, client.id, version)
    changed = [{"field": field, "value": now[field], **how} for field, how in since.items()]
    errors = [
        {
            "pointer": f"/{one['field']}",
            "code": "stale",
            "message": f"{one['by'] or 'Somebody'} changed this meanwhile.",
        }
        for one in changed
    ]
    return ServiceProblem(
        "stale",
        "The profile was changed after you had opened it. Nothing was saved.",
        errors,
        changed=changed,
        version=client.version,
    )
