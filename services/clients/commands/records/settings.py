"""Settings (groups and tags) as admins define them. All go through the stream `system`, so of two at once the second sees
the first."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from chassis.errors import field_problem, not_found
from chassis.events.unit_of_work import UnitOfWorkOpener
from chassis.types.text import fold
from services.clients.commands.records.diff import apply
from services.clients.events import GroupCreated, GroupUpdated, TagCreated, TagUpdated
from services.clients.models import ClientGroup, Tag
from services.clients.queries import settings


def create_group(open_uow: UnitOfWorkOpener, *, name: str, **given) -> dict:
    """Define a client group and answer it. 409 `duplicate` for a name that one has, whatever its case and accents."""
    with open_uow() as uow:
        refuse_taken(uow.session, ClientGroup.name, name)
        group = ClientGroup(name=name, **given)
        uow.session.add(group)
        uow.session.flush()
        defined = settings.group(uow.session, group.id)
        facts = {field: defined[field] for field in ("name", "colour", "description", "discount_percent")}
        uow.publish(GroupCreated(entity=("group", group.id), facts=facts))
        return uow.record_answer(defined)


def update_group(open_uow: UnitOfWorkOpener, *, group_id: UUID, **given) -> dict:
    """Change what is given of a group and answer it; a new discount counts for orders from now on. Refused as when
    made."""
    with open_uow() as uow:
        group = find(uow.session, ClientGroup, group_id)
        refuse_taken(uow.session, ClientGroup.name, given.get("name"), besides=group_id)
        if changes := apply(group, given):
            group.version += 1
            uow.publish(GroupUpdated(entity=("group", group_id), facts={"name": group.name}, changes=changes))
            uow.flush()
        return uow.record_answer(settings.group(uow.session, group_id))


def create_tag(open_uow: UnitOfWorkOpener, *, name: str, colour: str) -> dict:
    """Define a tag and answer it. 409 `duplicate` for a name that one has, whatever its case and accents."""
    with open_uow() as uow:
        refuse_taken(uow.session, Tag.name, name)
        tag = Tag(name=name, colour=colour)
        uow.session.add(tag)
        uow.session.flush()
        uow.publish(TagCreated(entity=("tag", tag.id), facts={"name": name, "colour": colour}))
        return uow.record_answer(settings.tag(uow.session, tag.id))


def update_tag(open_uow: UnitOfWorkOpener, *, tag_id: UUID, **given) -> dict:
    """Change what is given of a tag and answer it. Refused as when made."""
    with open_uow() as uow:
        tag = find(uow.session, Tag, tag_id)
        refuse_taken(uow.session, Tag.name, given.get("name"), besides=tag_id)
        if changes := apply(tag, given):
            uow.publish(TagUpdated(entity=("tag", tag_id), facts={"name": tag.name}, changes=changes))
            uow.flush()
        return uow.record_answer(settings.tag(uow.session, tag_id))


def find(session: Session, model, id: UUID):
    """The row of this id; `not-found` when there is none."""
    row = session.get(model, id)
    if row is None:
        raise not_found()
    return row


def refuse_taken(
    session: Session, column: InstrumentedAttribute, name: str | None, besides: UUID | None = None
) -> None:
    """Raise 409 `duplicate` when another row than `besides` has this name, as people compare names. None is no name."""
    if name is None:
        return
    rows = session.execute(select(column.class_.id, column))
    other = next((taken for id, taken in rows if id != besides and fold(taken) == fold(name)), None)
    if other is not None:
        raise field_problem(f"/{column.key}", f"{other} exists already.", "duplicate")
