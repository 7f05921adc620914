"""The list of clients: search, filters, orders, keyset pages. Two statements a page, none of them reads a row it does not show.

The first finds the page's ids on an index, the second reads what is shown of these rows.
"""

import re
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Text, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.orm import Session

from chassis.events import rfc3339
from chassis.paging import Order, fetch_page, page_of
from services.clients import rules
from services.clients.models import Client, ClientGroup, ClientTag, Contact, Tag
from services.clients.queries.estimates import count_of, estimated_rows

# From so many hits on, walking the wanted order meets a page of them sooner than collecting and sorting all hits does.
WALK_FROM = 5000

LOGIN_UP = literal_column("coalesce(clients.last_login_at, timestamptz '9999-01-01 00:00:00+00')")
LOGIN_DOWN = literal_column("coalesce(clients.last_login_at, timestamptz '1970-01-01 00:00:00+00')")


class Sort(StrEnum):
    """What the list can be sorted by; a minus turns it round. Clients that never signed in come last both ways."""

    NAME = "name"
    NAME_DOWN = "-name"
    JOINED = "joined"
    JOINED_DOWN = "-joined"
    LAST_LOGIN = "last_login"
    LAST_LOGIN_DOWN = "-last_login"


_COLUMNS = {
    Sort.NAME: (Client.sort_name, str), Sort.NAME_DOWN: (Client.sort_name, str),
    Sort.JOINED: (Client.joined_at, datetime.fromisoformat), Sort.JOINED_DOWN: (Client.joined_at, datetime.fromisoformat),
    Sort.LAST_LOGIN: (LOGIN_UP, datetime.fromisoformat), Sort.LAST_LOGIN_DOWN: (LOGIN_DOWN, datetime.fromisoformat),
}
ORDERS = {sort: Order(f"clients:{sort}", [column, Client.id], [parse, UUID], descending=sort.startswith("-"))
          for sort, (column, parse) in _COLUMNS.items()}


def client_page(session: Session, *, q: str, group, status: str | None, tag, sort: str, limit: int, after: str | None,
                before: str | None) -> dict:
    """A page of clients as api.md's row, without what billing knows. `group` is an id, "none" or None."""
    conditions = [*_filters(group, status, tag), *_search(session, rules.fold(q))]
    rows, cursors = fetch_page(session, select(Client.id).where(*conditions), ORDERS[Sort(sort)], limit=limit, after=after,
                               before=before)
    if after is None and before is None and cursors["next"] is None:
        total, exact = len(rows), True
    else:
        total, exact = count_of(session, select(Client.id).where(*conditions))
    return page_of(_shown(session, [row.id for row in rows]), cursors, total=total, exact=exact)


def _filters(group, status, tag) -> list:
    conditions = []
    if group is not None:
        conditions.append(Client.group_id.is_(None) if group == "none" else Client.group_id == group)
    if status is not None:
        conditions.append(Client.status == status)
    if tag is not None:
        conditions.append(Client.id.in_(select(ClientTag.client_id).where(ClientTag.tag_id == tag)))
    return conditions


def _search(session: Session, wanted: str) -> list:
    """Conditions that find the folded text `wanted` anywhere, `%` and `_` meaning themselves.

    Words of three letters have a trigram index. Shorter ones are looked up in the index of letters and pairs when they are
    rare; when they are common the list is walked, which meets a page of them at once.
    """
    if not wanted:
        return []
    contains = Client.search_text.contains(wanted, autoescape=True)
    if re.search(r"\w{3}", wanted):
        return [contains]
    pairs = [wanted] if len(wanted) == 1 else [wanted[i:i + 2] for i in range(len(wanted) - 1)]
    indexed = func.search_grams(Client.search_text).op("@>")(cast(array(pairs), ARRAY(Text)))
    rare = estimated_rows(session, select(Client.id).where(indexed)) < WALK_FROM
    return [indexed, contains] if rare else [contains]


def _shown(session: Session, ids: list[UUID]) -> list[dict]:
    """The rows of `ids`, in their order."""
    tags = (select(func.json_agg(func.json_build_object("id", Tag.id, "name", Tag.name, "colour", Tag.colour)))
            .select_from(ClientTag).join(Tag).where(ClientTag.client_id == Client.id).scalar_subquery())
    statement = (
        select(Client.id, Client.company, Client.last_login_at, Client.joined_at, Client.status, Contact.first_name,
               Contact.last_name, Contact.email, ClientGroup.id.label("group_id"), ClientGroup.name.label("group_name"),
               ClientGroup.colour.label("group_colour"), tags.label("tags"))
        .join(Contact, (Contact.client_id == Client.id) & Contact.is_primary)
        .outerjoin(ClientGroup, ClientGroup.id == Client.group_id).where(Client.id.in_(ids)))
    found = {row.id: _row(row) for row in session.execute(statement)} if ids else {}
    return [found[one] for one in ids if one in found]


def _row(row) -> dict:
    return {
        "id": str(row.id), "name": rules.shown_name(row.company, row.first_name, row.last_name), "company": row.company,
        "contact_name": f"{row.first_name} {row.last_name}", "email": row.email, "group": group_badge(row),
        "tags": sorted(row.tags or [], key=lambda tag: tag["name"]), "status": row.status,
        "last_login_at": row.last_login_at and rfc3339(row.last_login_at), "joined_at": rfc3339(row.joined_at),
    }


def group_badge(row) -> dict | None:
    """`{id, name, colour}` of a row's group, or None."""
    return row.group_id and {"id": str(row.group_id), "name": row.group_name, "colour": row.group_colour}
