"""Custom field: its definition, and one client's values."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marshmallow import ValidationError
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from chassis.errors import ServiceProblem, field_problem, from_validation, not_found
from chassis.events.unit_of_work import UnitOfWork, UnitOfWorkOpener
from chassis.types.ids import parse_id
from chassis.types.text import seen
from services.clients.commands.records.diff import apply
from services.clients.commands.records.settings import refuse_taken
from services.clients.custom_values import read_value
from services.clients.events import ClientCustomFieldsChanged, CustomFieldCreated, CustomFieldUpdated
from services.clients.models import CustomField, CustomFieldValue
from services.clients.queries import settings
from services.clients.queries.clients import require_client
from services.clients.queries.custom_fields import custom_field_values

COLUMNS = {"order": "position"}
CHANGED_MEANWHILE = "Somebody changed this meanwhile."
FIELDS_AN_EVENT = 25  # so that the labels alone leave room for the values


def create_custom_field(
    open_uow: UnitOfWorkOpener, *, label: str, type: str, options: list[str], order: int | None = None, **given
) -> dict:
    """Define a field on every client record and answer it; without an `order` it comes last.

    Raises 409 `duplicate` for a label that one has; 422 for a select without options, and for options of another type.
    """
    with open_uow() as uow:
        refuse_taken(uow.session, CustomField.label, label)
        _require_options(type, options)
        if order is None:
            order = uow.session.scalar(select(func.coalesce(func.max(CustomField.position), 0) + 1))
        field = CustomField(label=label, type=type, options=options, position=order, **given)
        uow.session.add(field)
        uow.session.flush()
        defined = settings.custom_field(uow.session, field.id)
        uow.publish(
            CustomFieldCreated(
                entity=("custom_field", field.id),
                facts={name: value for name, value in defined.items() if name != "id"},
            )
        )
        return uow.record_answer(defined)


def update_custom_field(open_uow: UnitOfWorkOpener, *, field_id: UUID, **given) -> dict:
    """Change what is given of a definition and answer it.

    Raises 409 `invalid-state` for another type once clients have values, and for dropping an option that is in use.
    """
    with open_uow() as uow:
        field = _held(uow.session, field_id)
        refuse_taken(uow.session, CustomField.label, given.get("label"), besides=field_id)
        kind = given.get("type", field.type)
        given.setdefault("options", field.options if kind == "select" else [])
        _require_options(kind, given["options"])
        _refuse_what_values_forbid(uow.session, field, kind, given["options"])
        if changes := apply(field, given, COLUMNS):
            _publish_update(uow, field, changes)
        return uow.record_answer(settings.custom_field(uow.session, field_id))


def move_custom_field(open_uow: UnitOfWorkOpener, *, field_id: UUID, direction: str) -> dict:
    """Let a field change places with its neighbour above or below, and answer all fields in their order.

    Fields that had the same order get one each. At the end of the list nothing happens.
    """
    with open_uow() as uow:
        fields = list(uow.session.scalars(select(CustomField).order_by(CustomField.id).with_for_update()))
        fields.sort(key=lambda field: (field.position, field.id))
        place = next((n for n, field in enumerate(fields) if field.id == field_id), None)
        if place is None:
            raise not_found()
        orders = [field.position for field in fields]
        other = place + (1 if direction == "down" else -1)
        if 0 <= other < len(fields):
            fields[place], fields[other] = fields[other], fields[place]
            for field, order in zip(fields, _rising(orders), strict=True):
                if changes := apply(field, {"order": order}, COLUMNS):
                    _publish_update(uow, field, changes)
        return uow.record_answer(settings.custom_fields(uow.session))


def set_custom_field_values(
    open_uow: UnitOfWorkOpener, *, client_id: UUID, values: dict, was: Mapping | None = None, only: str | None = None
) -> dict:
    """Set a client's values by the fields' ids, and answer all as `get_custom_field_values` does.

    None or "" empties a field; fields that are not named stay. Raises 422 that names each value which its field cannot
    hold, each id that is no field's, each required field that would be emptied; 409 that names each field which has
    neither the new value nor that of `was`, what the caller had seen. With `only`, a field of another visibility is
    none.
    """
    with open_uow(stream=client_id) as uow:
        require_client(uow.session, client_id)
        fields = {id: field for id, field in _named(uow.session, values).items() if only in (None, field.visibility)}
        new = _read(fields, values)
        old = dict(
            uow.session.execute(
                select(CustomFieldValue.field_id, CustomFieldValue.value).where(
                    CustomFieldValue.client_id == client_id, CustomFieldValue.field_id.in_(fields)
                )
            ).all()
        )
        changed = [field for field in fields.values() if not _same(old.get(field.id), new[field.id])]
        _refuse_overwriting({field.id: old.get(field.id) for field in changed}, was or {})
        if changed:
            _store(uow.session, client_id, {field.id: new[field.id] for field in changed})
            changes = [{"field": field.label, "old": old.get(field.id), "new": new[field.id]} for field in changed]
            for place in range(0, len(changes), FIELDS_AN_EVENT):
                _publish_values(uow, client_id, changes[place : place + FIELDS_AN_EVENT])
        return uow.record_answer(custom_field_values(uow.session, client_id))


def _held(session: Session, field_id: UUID) -> CustomField:
    """The definition, with every writer of its values held off until this is done."""
    field = session.scalar(select(CustomField).where(CustomField.id == field_id).with_for_update())
    if field is None:
        raise not_found()
    return field


def _publish_update(uow: UnitOfWork, field: CustomField, changes: list[dict]) -> None:
    field.version += 1
    uow.publish(CustomFieldUpdated(entity=("custom_field", field.id), facts={"label": field.label}, changes=changes))
    uow.flush()


def _publish_values(uow: UnitOfWork, client_id: UUID, changes: list[dict]) -> None:
    uow.publish(
        ClientCustomFieldsChanged(
            client_id=client_id,
            entity=("client", client_id),
            changes=changes,
            facts={"fields": [change["field"] for change in changes]},
        )
    )


def _require_options(kind: str, options: list[str]) -> None:
    if kind == "select" and not options:
        raise field_problem("/options", "A select needs at least one option.")
    if kind != "select" and options:
        raise field_problem("/options", "Only a select has options.")
    if len(set(map(seen, options))) < len(options):
        raise field_problem("/options", "An option stands there twice.")


def _refuse_what_values_forbid(session: Session, field: CustomField, kind: str, options: list[str]) -> None:
    of_field = CustomFieldValue.field_id == field.id
    if kind != field.type:
        if session.scalar(select(CustomFieldValue.client_id).where(of_field).limit(1)):
            raise field_problem("/type", "Clients have values of this field, so its type stays.", "invalid-state")
    elif dropped := [option for option in field.options if option not in options]:
        value = CustomFieldValue.value
        used = set(session.scalars(select(value).where(of_field, value.contained_by(dropped)).distinct()))
        if used:
            names = ", ".join(option for option in dropped if option in used)
            raise field_problem("/options", f"Still in use by clients: {names}.", "invalid-state")


def _rising(orders: list[int]) -> list[int]:
    """The same orders, ascending already, with each that is not above the one before it raised to be."""
    for place in range(1, len(orders)):
        orders[place] = max(orders[place], orders[place - 1] + 1)
    return orders


def _named(session: Session, values: dict) -> dict[UUID, CustomField]:
    """The fields that `values` names, in their order; their definitions cannot change until this is done."""
    ids = {parse_id(key) for key in values} - {None}
    found = session.scalars(
        select(CustomField).where(CustomField.id.in_(ids)).order_by(CustomField.id).with_for_update(read=True)
    )
    return {field.id: field for field in sorted(found, key=lambda field: (field.position, field.id))}


def _read(fields: dict[UUID, CustomField], values: dict) -> dict[UUID, str | bool | None]:
    read, faults = {}, {}
    for key, value in values.items():
        field = fields.get(parse_id(key))
        try:
            if field is None:
                raise ValidationError("Unknown field.")
            read[field.id] = read_value(field.type, field.options, value)
            if field.required and read[field.id] is None:
                raise ValidationError("Fill this in.")
        except ValidationError as error:
            faults[key] = error.messages
    if faults:
        raise from_validation(ValidationError({"values": faults}))
    return read


def _same(old, new) -> bool:
    """Whether two values are one; false is not the same as none."""
    return old == new and type(old) is type(new)


def _refuse_overwriting(now: Mapping[UUID, str | bool | None], was: Mapping) -> None:
    """Raise 409 where the value of a field that is to change is not what the caller had seen."""
    keys = {parse_id(key): key for key in was}
    stale = {keys[id]: value for id, value in now.items() if id in keys and _in_form(was[keys[id]]) != _in_form(value)}
    if stale:
        raise ServiceProblem(
            "invalid-state",
            "Custom fields were changed after you had opened them. Nothing was saved.",
            [{"pointer": f"/values/{key}", "code": "stale", "message": CHANGED_MEANWHILE} for key in stale],
            changed=[{"field": key, "value": value} for key, value in stale.items()],
        )


def _in_form(value: Any) -> Any:
    """A value as it comes back from a form that nobody touched: all line ends are alike, and false is none."""
    return (re.sub("\r\n?", "\n", value) if isinstance(value, str) else value) or None


def _store(session: Session, client_id: UUID, values: dict) -> None:
    emptied = [field_id for field_id, value in values.items() if value is None]
    session.execute(
        delete(CustomFieldValue).where(CustomFieldValue.client_id == client_id, CustomFieldValue.field_id.in_(emptied))
    )
    rows = [
        {"client_id": client_id, "field_id": field_id, "value": value}
        for field_id, value in values.items()
        if value is not None
    ]
    if rows:
        insert = upsert(CustomFieldValue)
        session.execute(
            insert.values(rows).on_conflict_do_update(
                index_elements=["client_id", "field_id"], set_={"value": insert.excluded.value}
            )
        )
