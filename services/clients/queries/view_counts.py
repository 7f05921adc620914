"""Counts of views of the client list."""

from datetime import datetime

from sqlalchemy.orm import Session

from chassis.listings.counts import CachedCounts
from services.clients.queries.client_list import count


def count_views(session: Session, counts: CachedCounts, views: list[dict], now: datetime) -> dict:
    """`{"data": [{id, total, exact, fault}]}` of `views`, as `counts` has them."""

    def of(asked: tuple[str, str]) -> tuple[int, bool]:
        q, filter = asked
        return count(session, q=q, filter=filter, group=None, status=None, tag=None, now=now)

    counted = counts.of([(view["q"], view["filter"]) for view in views], of)
    return {"data": [{"id": view["id"], **one} for view, one in zip(views, counted, strict=True)]}
