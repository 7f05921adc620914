"""Whatever is done to a client's contacts, it has one primary contact, which is active, and an active owner."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from chassis.db.tables import outbox
from chassis.errors import ServiceProblem
from services.clients import rules
from services.clients.commands.records import contacts as commands
from services.clients.commands.records.folded_copies import stale_copies
from services.clients.models import Client, Contact
from services.clients.queries.contacts import IS_CONTACT

WHO = st.integers(min_value=0, max_value=4)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), WHO, st.sampled_from(rules.CONTACT_ROLES)),
        st.tuples(st.just("role"), WHO, st.sampled_from(rules.CONTACT_ROLES)),
        st.tuples(st.just("status"), WHO, st.sampled_from(("active", "inactive"))),
        st.tuples(st.just("name"), WHO, st.sampled_from(("Bo", "Émile"))),
        st.tuples(st.just("primary"), WHO, st.none()),
        st.tuples(st.just("remove"), WHO, st.none()),
    ),
    min_size=5,
    max_size=25,
)


@pytest.fixture
def perform(session, open_uow):
    """`perform(client_id, act)`: do it to one of the client's contacts."""

    def do(client_id, act):
        kind, who, value = act
        people = session.scalars(
            select(Contact.id)
            .where(Contact.client_id == client_id, IS_CONTACT)
            .order_by(Contact.created_at, Contact.id)
        ).all()
        which = {"client_id": client_id, "contact_id": people[who % len(people)]}
        if kind == "add":
            commands.add_contact(
                open_uow,
                client_id=client_id,
                allow_duplicate_email=False,
                first_name="Cy",
                last_name="Dunn",
                email=f"{who}.{client_id}@example.com",
                phone="",
                role=value,
            )
        elif kind in ("role", "status", "name"):
            field = {"name": "first_name"}.get(kind, kind)
            commands.update_contact(open_uow, **which, allow_duplicate_email=False, **{field: value})
        else:
            {"primary": commands.make_primary_contact, "remove": commands.remove_contact}[kind](open_uow, **which)

    return do


def state(session, client_id) -> dict:
    """Everything about the client's contacts that a refused act must leave alone."""
    session.rollback()
    session.expire_all()
    rows = session.execute(
        select(
            Contact.id,
            Contact.is_primary,
            Contact.role,
            Contact.status,
            Contact.first_name,
            Contact.last_name,
            Contact.email,
        ).where(Contact.client_id == client_id, IS_CONTACT)
    ).all()
    client = session.execute(
        select(Client.sort_name, Client.search_text, Client.version).where(Client.id == client_id)
    ).one()
    published = session.scalar(select(func.count()).select_from(outbox).where(outbox.c.stream == str(client_id)))
    return {"rows": sorted(rows), "client": client, "events": published}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
def test_there_is_always_one_active_primary_contact_and_an_active_owner(session, make_client, perform, acts):
    client_id = make_client()
    before = state(session, client_id)
    for act in acts:
        refused = True
        with suppress(ServiceProblem):
            perform(client_id, act)
            refused = False
        after = state(session, client_id)
        (primary,) = [row for row in after["rows"] if row.is_primary]
        assert primary.status == "active"
        assert any((row.role, row.status) == ("owner", "active") for row in after["rows"])
        assert after["client"].sort_name == rules.sort_name("", primary.first_name, primary.last_name)
        assert list(stale_copies(session)) == []
        changed = (after["rows"], after["client"]) != (before["rows"], before["client"])
        assert after["events"] == before["events"] + changed and not (refused and changed)
        before = after
