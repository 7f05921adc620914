"""Response schemas of saved views."""

from gateway.api.schemas.values import FLAG, ID, TEXT, WHOLE, many, maybe, one_of, page_of, record, ref, table

VIEW = record(
    id=ID,
    list=one_of("clients", "orders", "invoices", "payments", "services", "domains", "tickets"),
    name=TEXT,
    filter=TEXT,
    q=TEXT,
    sort=TEXT,
    columns=many(TEXT),
    density=one_of("", "two_lines", "compact"),
    shared=FLAG,
    ours=FLAG,
    owner=maybe(record(id=ID, name=TEXT)),
    mine=FLAG,
    pinned=FLAG,
    default=FLAG,
)

SCHEMAS = {
    "View": VIEW,
    "Views": page_of(ref("View")),
    "ViewCounts": page_of(record(id=ID, total=maybe(WHOLE), exact=FLAG, fault=maybe(TEXT))),
    "DeletedView": record(deleted=ID),
    "ListSettings": record(columns=many(TEXT), widths=table(WHOLE), density=one_of("two_lines", "compact")),
}
