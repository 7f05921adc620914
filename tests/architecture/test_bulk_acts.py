"""Bulk acts: the list offers what the clients service does, for as many clients as it takes."""

from gateway.admin.bulk_acts import ACTS, MOST_CLIENTS
from services.clients.commands.bulk.acts import SERVICE_ACTS, SETTING_ACTS
from services.clients.queries.bulk_jobs import MOST_ROWS


def test_the_list_offers_each_act_for_as_many_clients_as_it_takes():
    assert (set(ACTS), MOST_CLIENTS) == ({*SETTING_ACTS, *SERVICE_ACTS}, MOST_ROWS)
