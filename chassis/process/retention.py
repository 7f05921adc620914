"""Retention job: each service deletes what is over its retention, a few rows at a time, half of the time at most."""

import time
from collections.abc import Mapping, Sequence

from prometheus_client import Counter
from sqlalchemy.orm import Session

from chassis.db.retention import EVERYWHERE, Forget
from chassis.process.jobs import job
from chassis.retention import days_of

RETENTION_LOCK = 0x52455441  # one number for "old rows are deleted"; any constant does
IDLE_SECONDS = 60.0
MOST = 500  # rows in a transaction

FORGOTTEN = Counter("commerce_rows_forgotten_total", "Rows that were over their retention", ["period"])


class RetentionJob:
    """Beside a service's RPC methods: its retention. `forgets` is what it deletes beside keys and inbox, by period."""

    forgets: Mapping[str, Sequence[Forget]] = {}

    @job(RETENTION_LOCK, idle=IDLE_SECONDS)
    def forget_old_rows(self):
        """Delete some of what is over its retention."""
        return forget_step(self.session, {**EVERYWHERE, **self.forgets})


def forget_step(session: Session, forgets: Mapping[str, Sequence[Forget]], *, most: int = MOST) -> bool:
    """Delete at most `most` rows of each table, a transaction for each; returns whether there may be more.

    After each it rests for as long as that took: a database with years behind it is cleared at half a core.
    """
    full = False
    for period, each in forgets.items():
        for forget in each:
            began = time.monotonic()
            gone = forget(session, days_of(period), most)
            session.commit()
            FORGOTTEN.labels(period).inc(gone)
            full |= gone >= most
            time.sleep(time.monotonic() - began if gone else 0)
    return full
