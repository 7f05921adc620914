"""Bulk jobs whose clients, or what these were to get, are gone by their turn: such rows are refused, the others done."""

from uuid import UUID

import pytest
from sqlalchemy import delete, update

from services.clients.commands.bulk import work_off
from services.clients.commands.bulk.work_off import bulk_step
from services.clients.models import Client, ClientGroup, ClientTag, Contact, CustomField, CustomFieldValue, Tag
from services.clients.tests.bulk.conftest import no_billing

CHANGED = ("changed", "", "")


@pytest.mark.parametrize("what", ["tag", "group", "field"])
def test_what_is_gone_in_the_middle_of_a_job_is_given_to_nobody_any_more(
    bulk, session, make_client, vip, retail, plan_field, monkeypatch, what
):
    monkeypatch.setattr(work_off, "ROWS_A_BATCH", 2)
    act, arguments, model = {
        "tag": ("add_tag", {"tag_id": vip}, Tag),
        "group": ("set_group", {"group_id": retail}, ClientGroup),
        "field": ("set_custom_field", {"field_id": plan_field, "value": "Gold"}, CustomField),
    }[what]
    ids = sorted(str(make_client()) for _ in range(4))
    job_id = bulk.start(act, arguments, ids)
    bulk_step(session, no_billing)
    for statement in (delete(ClientTag), update(Client).values(group_id=None), delete(CustomFieldValue), delete(model)):
        session.execute(statement)
    session.commit()
    bulk.work()
    refused = ("refused", "invalid-state", f"There is no such {what}.")
    assert bulk.results(job_id) == {**dict.fromkeys(ids[:2], CHANGED), **dict.fromkeys(ids[2:], refused)}


class Billing:
    """Billing, which changes a service of whomever it is asked for."""

    def __init__(self):
        self.asked = []

    def change_services(self, act, rows, reason, actor):
        self.asked += [str(row.client_id) for row in rows]
        return {str(row.client_id): {"result": "changed", "services": 1} for row in rows}


def test_billing_is_asked_for_those_clients_alone_that_are_there(bulk, session, make_client):
    there, gone = (str(make_client()) for _ in range(2))
    bulk.billing = Billing()
    job_id = bulk.start("suspend_services", {"reason": "Unpaid"}, [there, gone])
    session.execute(delete(Contact).where(Contact.client_id == UUID(gone)))
    session.execute(delete(Client).where(Client.id == UUID(gone)))
    session.commit()
    bulk.work()
    assert bulk.billing.asked == [there]
    missing = ("refused", "not-found", "There is no such client any more.")
    assert bulk.results(job_id) == {there: CHANGED, gone: missing}
