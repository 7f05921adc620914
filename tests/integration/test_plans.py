"""What lists, tabs and logs cost at 20,000 clients: no big table read from end to end, nothing large sorted, few
buffers."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from chassis.listings.listing import SUMMED_TO
from deploy.services import SERVICES
from tests.support.listing_statements import pages_over_all
from tests.support.seeded_databases import Loaded
from tools.bench.pages import pages
from tools.bench.recorded_statements import Databases

CLIENTS = 20_000
BIG = 5_000  # rows; a smaller table may be read from end to end
READ = (
    4_000  # rows that a scan without an index meets before its LIMIT is full; of what is summed up there are SUMMED_TO
)
SORTED = 5_000  # rows; a search that has fewer hits collects and sorts them
BUFFERS = 6_000  # of 8 kB, for one statement
ROWS_OF = "SELECT relname, reltuples FROM pg_class WHERE relkind IN ('r', 'p')"


@pytest.fixture(scope="module")
def loaded(databases):
    """Many clients with a thin history, one in a thousand with very many of everything; statistics taken."""
    system = Loaded(databases)
    system.empty()
    done = system.load("--clients", str(CLIENTS), "--history", "thin")
    assert done.code == 0, done.output
    yield system
    system.close()


def test_no_statement_of_a_page_reads_or_sorts_a_big_table(loaded, monkeypatch):
    big = {row.relname for service in SERVICES for row in loaded.rows(service, ROWS_OF) if row.reltuples >= BIG}
    assert {"clients", "contacts", "invoices", "subscriptions", "entries"} <= big
    for service, one in loaded.databases.items():
        monkeypatch.setenv(f"{service.upper()}_DATABASE_URL", one.app_url)
    faults = []
    with closing(Databases()) as databases:
        for page in [*pages(databases), *pages_over_all(databases)]:
            sent = {one.text: one for _, statements in page.variants for one in statements}
            for statement in (one for text, one in sent.items() if not text.startswith("EXPLAIN")):
                read = SUMMED_TO if "count(*) AS rows" in statement.text else READ
                faults += [
                    f"{page.name}: {fault}: {statement.text}" for fault in _faults(databases.plan(statement), big, read)
                ]
    assert faults == [], "\n".join(faults)


def _faults(plan: dict, big: set[str], most: int) -> Iterator[str]:
    used = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    if used > BUFFERS:
        yield f"{used} buffers"
    for node in _nodes(plan):
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in big:
            read = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
            if read > most:
                yield f"{read} rows of {node['Relation Name']} are read in no order"
        if node["Node Type"] in ("Sort", "Incremental Sort"):
            rows = sum(below["Actual Rows"] * below["Actual Loops"] for below in node["Plans"])
            if rows > SORTED:
                yield f"{rows} rows are sorted"


def _nodes(plan: dict) -> Iterator[dict]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)
