"""Rate limits that are counted by rows, in the transaction that adds the next one: they hold over all replicas."""

from datetime import timedelta

from sqlalchemy import ColumnElement, Select, func
from sqlalchemy.orm import Session

from chassis.rate_limits import LIMITS, most_of, refusal

STILL_WAITS = 600  # what is told to whoever has to do something first, rather than to wait


def require_below(session: Session, name: str, moment: ColumnElement, rows: Select) -> None:
    """Raise `too-many-requests` unless there are fewer of `rows` than the limit allows; `moment` is the column that says
    when each was made. The caller holds whatever adds a further one in line."""
    limit, most = LIMITS[name], most_of(name)
    if limit.seconds is not None:
        rows = rows.where(moment > func.clock_timestamp() - timedelta(seconds=limit.seconds))
    made = session.scalars(
        rows.with_only_columns(func.extract("epoch", func.clock_timestamp() - moment))
        .order_by(moment.desc())
        .limit(most)
    ).all()
    if len(made) >= most:
        oldest = float(made[-1]) if made else 0.0
        raise refusal(name, STILL_WAITS if limit.seconds is None else limit.seconds - oldest)
