"""Retention: the page has the periods that the code has, and says of every table how long its rows are kept."""

import re
from pathlib import Path

from chassis.db.retention import EVERYWHERE
from chassis.retention import PERIODS
from services.audit.models import Entry
from services.billing.models import Product
from services.billing.retention import FORGETS as OF_BILLING
from services.clients.models import Client
from services.clients.retention import FORGETS as OF_CLIENTS
from services.support.models import Ticket

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "operations" / "retention.md").read_text()
ROW = re.compile(r"^\| `([a-z-]+)` \| (\d+) \| (\d+) \|", re.MULTILINE)


def test_the_page_has_each_period_as_the_code_has_it():
    written = {name: (int(days), int(least)) for name, days, least in ROW.findall(PAGE)}
    assert written == {name: (period.days, period.least) for name, period in PERIODS.items()}


def test_each_period_is_one_by_which_something_is_deleted():
    assert {*EVERYWHERE, *OF_BILLING, *OF_CLIENTS} == PERIODS.keys()


def test_the_page_names_every_table():
    tables = {table.name for model in (Entry, Product, Client, Ticket) for table in model.metadata.tables.values()}
    named = set(re.findall(r"`([a-z_]+)`", PAGE))
    assert not {name for name in tables if not name.startswith("sample_")} - named
